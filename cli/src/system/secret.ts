/** Replaces the password in each URL of a text, and the values of options and names that hold secrets. */
export function maskSecrets(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s@/]+@/gi, '$1:***@')
    .replace(/\b([A-Z0-9_]*(?:PASSWORD|SECRET|TOKEN|API_?KEY|AUTHORIZATION|COOKIE)[A-Z0-9_]*)=\S+/gi, '$1=***');
}

/** True when a name says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return /(password|secret|token|api_?key|authorization|cookie)/i.test(name);
}
