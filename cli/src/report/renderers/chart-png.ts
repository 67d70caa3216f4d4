import { fileURLToPath } from 'node:url';
import { type ChartImage, isDistribution } from './chart-image.ts';
import { paper } from './chart-style.ts';

/** In pixels; a fixed size bounds the bytes of an image whatever it shows. */
const size = { width: 1_000, height: 420 } as const;

export interface DrawnImage extends ChartImage {
  readonly png: Buffer;
}

/**
 * Draws charts as PNG; the same charts give the same bytes. The libraries are loaded here and not before, because that takes
 * longer than most commands. Throws where the canvas has no build for this machine.
 */
export async function drawCharts(
  images: readonly ChartImage[],
  axis: { readonly second: string; readonly count: string },
): Promise<DrawnImage[]> {
  if (images.length === 0) return [];
  const [{ ChartJSNodeCanvas }, { GlobalFonts }, { distributionConfig, fontFamily, timeConfig }] = await Promise.all([
    import('chartjs-node-canvas'),
    import('@napi-rs/canvas'),
    import('./chart-config.ts'),
  ]);
  if (!GlobalFonts.has(fontFamily)) GlobalFonts.registerFromPath(fontFile(), fontFamily);
  const canvas = new ChartJSNodeCanvas({
    ...size,
    backgroundColour: paper.background,
    chartCallback: ({ defaults }) => {
      defaults.font.family = fontFamily;
      defaults.font.size = 12;
      defaults.color = paper.text;
    },
  });
  return images.map((image) => {
    const { chart, group } = image;
    const config = isDistribution(chart)
      ? distributionConfig(chart, axis.count)
      : timeConfig(group, chart, axis.second);
    return { ...image, png: canvas.renderToBufferSync(config) };
  });
}

/** Latin and Hangul in one font, so that an image looks the same on every machine. */
function fontFile(): string {
  return fileURLToPath(import.meta.resolve('pretendard/dist/public/static/Pretendard-Regular.otf'));
}
