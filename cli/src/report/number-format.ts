/** Figures as a reader of the language expects them, always with their unit. Null: not measured. */
export interface NumberFormat {
  /** `29,527건` */
  count(value: number | null): string;
  /** Milliseconds: `5.09ms`, from a second on `1.88초`. */
  time(ms: number | null): string;
  /** A share of 1: `0.00%` */
  share(value: number | null): string;
  /** Per second: `486.42 TPS` */
  rate(value: number | null): string;
  bytes(value: number): string;
  /** A value of any unit, with as many digits as it carries. */
  plain(value: number | null): string;
  /** Local date and time with its zone. */
  moment(epochMs: number, timeZone: string): string;
}

const none = '—';

export function numberFormat(lang: 'ko' | 'en'): NumberFormat {
  const locale = lang === 'ko' ? 'ko-KR' : 'en-GB';
  const digits = (value: number, most: number, least = most) =>
    new Intl.NumberFormat('en-US', { minimumFractionDigits: least, maximumFractionDigits: most }).format(value);
  const known = (value: number | null, format: (value: number) => string) =>
    value === null || !Number.isFinite(value) ? none : format(value);
  return {
    count: (value) => known(value, (n) => `${digits(n, 0)}${lang === 'ko' ? '건' : ''}`),
    time: (ms) =>
      known(ms, (n) =>
        Math.abs(n) < 999.995 ? `${digits(n, 2)}ms` : `${digits(n / 1_000, 2)}${lang === 'ko' ? '초' : 's'}`,
      ),
    share: (value) => known(value, (n) => `${digits(n * 100, 2)}%`),
    rate: (value) => known(value, (n) => `${digits(n, 2)} TPS`),
    bytes: (value) => `${digits(value / 1024 ** 3, 1)} GiB`,
    plain: (value) => known(value, (n) => digits(n, 3, 0)),
    moment: (epochMs, timeZone) => {
      const options = { timeZone, dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' } as const;
      return `${new Intl.DateTimeFormat(locale, options).format(epochMs)} (${timeZone})`;
    },
  };
}
