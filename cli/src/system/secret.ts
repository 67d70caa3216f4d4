const hidden = '***';

const secretWord = '(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)';
/** The rest of a value: up to a blank, or to what ends it in a list, in JSON, in a shell line. */
const value = `[^\\s"'\`,;&}\\])]+`;

/** Each with the part that stays as `$1`. */
const patterns: readonly RegExp[] = [
  // A password may hold an @ that nobody escaped: everything up to the last one before the path.
  /([a-z0-9+.-]:\/\/[^\s/:@?#]*):[^\s/?#]+(?=@)/gi,
  // `Authorization: Bearer …`, with and without quotes; the scheme is no secret.
  /\b((?:proxy-)?authorization["'`]?\s*[:=]\s*["'`]?(?:(?:bearer|basic|digest|negotiate|token|apikey)\s+)?)[^\s"'`,;]+/gi,
  // `Cookie: a=b; c=d`
  /\b((?:set-)?cookie["'`]?\s*[:=]\s*["'`]?)[^\s"'`;,]+(?:;\s*[^\s"'`;,]+)*/gi,
  // Credentials without the name of their header.
  /\b(bearer\s+)(?!authenti|authori|token\b)[\w.~+/-]{8,}=*/gi,
  /\b(basic\s+)(?=[\w+/]*[0-9=])[\w+/]{8,}=*/gi,
  // A token of three parts. That there are three is seen first: else each `eyJ` of a long word looks for them anew.
  /(?<![\w-])(?=[\w-]+\.[\w-]+\.)((?:[\w-]*?-)??)eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
  // `NAME=value` of an environment, to the next blank as a shell has it.
  /((?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|AUTHORIZATION|COOKIE)[A-Z0-9_]{0,60}=)(?!\*\*\*)\S+/gi,
  // `"password":"value"`, `x-api-key: value`; MySQL's "using password: YES" gives nothing away.
  new RegExp(`(${secretWord}[\\w-]{0,60}["'\`]\\s*[:=]\\s*["'\`]?)${value}`, 'gi'),
  new RegExp(
    `((?:passw(?:or)?d|secret|api[_-]?key|x-[\\w-]{0,60}token)[\\w-]{0,60}:\\s*)(?!YES\\b|NO\\b)${value}`,
    'gi',
  ),
  // `--password value`
  new RegExp(`(--[\\w-]{0,60}${secretWord}(?:=|\\s+))(?!-)${value}`, 'gi'),
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
  // `?sig=value` of a signed address.
  new RegExp(`([?&](?:sig|signature|auth|pwd|pass|session_?id|key)=)${value}`, 'gi'),
];

/**
 * Replaces passwords in URLs, credentials in headers (`Authorization`, `Cookie`), and the values of names and options that
 * say that they hold a secret.
 */
export function maskSecrets(text: string): string {
  return patterns.reduce((masked, pattern) => masked.replace(pattern, `$1${hiddenAfter(pattern)}`), text);
}

/** The same in every text of a structure; a text under a name that says so is hidden whole. Names and figures stay. */
export function maskSecretsIn<T>(structure: T, name?: string): T;
export function maskSecretsIn(structure: unknown, name = ''): unknown {
  if (typeof structure === 'string') return structure !== '' && isSecretName(name) ? hidden : maskSecrets(structure);
  if (Array.isArray(structure)) return structure.map((item) => maskSecretsIn<unknown>(item));
  if (typeof structure !== 'object' || structure === null) return structure;
  return Object.fromEntries(Object.entries(structure).map(([key, item]) => [key, maskSecretsIn<unknown>(item, key)]));
}

/** In a URL the colon before the password stays. */
function hiddenAfter(pattern: RegExp): string {
  return pattern === patterns[0] ? `:${hidden}` : hidden;
}

const secretName = new RegExp(`${secretWord}|authorization|cookie|session[_-]?id|(^|[_-])(pwd|pass)$`, 'i');

/** True when a name says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}
