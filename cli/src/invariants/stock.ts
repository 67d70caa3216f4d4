import { z } from 'zod';
import { type Check, counted } from './check.ts';
import { figure, type Stores } from './stores.ts';

/** Stock of products, and what is left of the coupons. */
export const stockChecks: readonly Check[] = [
  {
    id: 'stock-negative',
    count: async ({ stores }) => {
      const products = await stores.row(
        z.object({ products: figure, negative: figure, lowest: figure }),
        `SELECT COUNT(*) AS products, COALESCE(SUM(stock < 0), 0) AS negative, COALESCE(MIN(stock), 0) AS lowest
         FROM product`,
      );
      const campaigns = await stores.rows(
        z.object({ id: z.union([z.string(), z.number()]) }),
        'SELECT id FROM coupon_campaign',
      );
      const redis = await stores.redis();
      let negativeCampaigns = 0;
      for (const { id } of campaigns) {
        if (Number((await redis.hget(`coupon:campaign:${id}`, 'remaining')) ?? 0) < 0) negativeCampaigns += 1;
      }
      return counted(products.negative + negativeCampaigns, {
        products: products.products,
        negative: products.negative,
        lowest: products.lowest,
        campaigns: campaigns.length,
        negativeCampaigns,
      });
    },
  },
  {
    id: 'order-without-stock',
    count: async ({ stores }) => {
      const { soldOnly, soldOnlyPieces, sold, taken } = await readShelves(stores);
      return counted(soldOnly, { unbalanced: soldOnly, pieces: soldOnlyPieces, sold, taken });
    },
  },
  {
    id: 'stock-without-order',
    count: async ({ stores }) => {
      const { takenOnly, takenOnlyPieces, sold, taken } = await readShelves(stores);
      return counted(takenOnly, { unbalanced: takenOnly, pieces: takenOnlyPieces, sold, taken });
    },
  },
];

const shelves = z.object({
  sold: figure,
  taken: figure,
  soldOnly: figure,
  soldOnlyPieces: figure,
  takenOnly: figure,
  takenOnlyPieces: figure,
});

/** Pieces that orders name against pieces that left the stock: of all products, and how many products differ which way. */
function readShelves(stores: Stores): Promise<z.infer<typeof shelves>> {
  // CAST, because a difference of unsigned columns may not fall below zero.
  return stores.row(
    shelves,
    `SELECT COALESCE(SUM(sold), 0) AS sold, COALESCE(SUM(taken), 0) AS taken,
            COALESCE(SUM(sold > taken), 0) AS soldOnly,
            COALESCE(SUM(GREATEST(sold - taken, 0)), 0) AS soldOnlyPieces,
            COALESCE(SUM(taken > sold), 0) AS takenOnly,
            COALESCE(SUM(GREATEST(taken - sold, 0)), 0) AS takenOnlyPieces
     FROM (
       SELECT CAST(product.initial_stock AS SIGNED) - CAST(product.stock AS SIGNED) AS taken,
              COALESCE(sales.sold, 0) AS sold
       FROM product
       LEFT JOIN (SELECT product_id, SUM(quantity) AS sold FROM order_item GROUP BY product_id) AS sales
         ON sales.product_id = product.id
     ) AS balance`,
  );
}
