const besideTheService: ReadonlySet<string> = new Set(['k6', 'redis', 'mysql', 'kafka', 'toxiproxy']);

/**
 * True for a part or a watched process that belongs to the service: all but the generator, the stores and the proxy
 * before them, by their names.
 */
export function isOfService(name: string): boolean {
  return !besideTheService.has(name);
}
