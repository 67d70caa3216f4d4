import { toxiproxy } from '../toxiproxy.ts';
import type { UndoStepOf } from '../undo-step.ts';
import { isNobodyThere } from './nobody-there.ts';
import type { Undoing } from './undoing.ts';

/** Takes our toxics from the proxy, and lets it through again if it was switched off. */
export function undoToxics({ api, proxy: name, prefix }: UndoStepOf<'toxics'>): Undoing {
  return {
    subject: `proxy ${name}`,
    undo: async (signal) => {
      const proxies = toxiproxy(api, signal);
      try {
        const proxy = await proxies.find(name);
        if (proxy === null) return 'absent';
        const ours = proxy.toxics.filter((toxic) => toxic.name.startsWith(prefix));
        for (const toxic of ours) await proxies.removeToxic(name, toxic.name);
        if (!proxy.enabled) await proxies.enable(name);
        return ours.length > 0 || !proxy.enabled ? 'undone' : 'absent';
      } catch (error) {
        if (isNobodyThere(api, error)) return 'absent';
        throw error;
      }
    },
  };
}
