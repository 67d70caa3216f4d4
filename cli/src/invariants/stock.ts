import { z } from 'zod';
import type { Check } from './check.ts';
import { counted } from './check.ts';
import { figure } from './stores.ts';

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
    id: 'stock-balance',
    count: async ({ stores }) => {
      // CAST, because a difference of unsigned columns may not fall below zero.
      const figures = await stores.row(
        z.object({ unbalanced: figure, sold: figure, missing: figure }),
        `SELECT COALESCE(SUM(missing <> sold), 0) AS unbalanced, COALESCE(SUM(sold), 0) AS sold,
                COALESCE(SUM(missing), 0) AS missing
         FROM (
           SELECT CAST(product.initial_stock AS SIGNED) - CAST(product.stock AS SIGNED) AS missing,
                  COALESCE(sales.sold, 0) AS sold
           FROM product
           LEFT JOIN (SELECT product_id, SUM(quantity) AS sold FROM order_item GROUP BY product_id) AS sales
             ON sales.product_id = product.id
         ) AS balance`,
      );
      return counted(figures.unbalanced, figures);
    },
  },
];
