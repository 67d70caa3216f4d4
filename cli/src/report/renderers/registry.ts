import { html } from './html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { Renderer } from './renderer.ts';
import { summary } from './summary.ts';

export const renderers: readonly Renderer[] = [markdown, html, json, junit, summary];
