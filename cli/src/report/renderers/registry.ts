import { html } from './html.ts';
import { markdown } from './markdown.ts';
import type { Renderer } from './renderer.ts';

export const renderers = [markdown, html] satisfies readonly Renderer[];
