/** local: processes of this machine; docker: containers; running: started by `loadkit stack up`; external: somebody else's. */
export const stackProviders = ['local', 'docker', 'running', 'external'] as const;
export type StackProvider = (typeof stackProviders)[number];
