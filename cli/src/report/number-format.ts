/** Figures as a reader of the language expects them, always with their unit. Null: not measured. */
export interface NumberFormat {
  /** `29,527건` */
  count(value: number | null): string;
  /** Milliseconds with two decimals: `5.09ms`, from a second on `1.88초`. */
  time(ms: number | null): string;
  /** A round length of time without decimals that say nothing: `60초`, `689ms`. */
  span(ms: number | null): string;
  /** A share of 1: `0.00%` only when there was none. */
  share(value: number | null): string;
  /** Per second: `486.42 TPS` */
  rate(value: number | null): string;
  /** `49.8 MiB` */
  bytes(value: number | null): string;
  /** A length or a rate that was measured once: three figures, `0.281`, `15.6`, `1,204`. */
  rounded(value: number | null): string;
  /** Processors: `0.31`; the kernel counts them in ticks of 10 ms. */
  cores(value: number | null): string;
  /** A value of any unit, with as many digits as it carries. */
  plain(value: number | null): string;
  /** Local date and time with its zone. */
  moment(epochMs: number, timeZone: string): string;
  /** Local time of the day to a second: `23:13:10`. */
  clock(epochMs: number, timeZone: string): string;
  /** The same to a millisecond: `23:13:10.250`. */
  clockMs(epochMs: number, timeZone: string): string;
}

const none = '—';

export function numberFormat(lang: 'ko' | 'en'): NumberFormat {
  const second = lang === 'ko' ? '초' : 's';
  const digits = (value: number, most: number, least = most) =>
    new Intl.NumberFormat('en-US', { minimumFractionDigits: least, maximumFractionDigits: most }).format(value);
  const known = (value: number | null, format: (value: number) => string) =>
    value === null || !Number.isFinite(value) ? none : format(value);
  return {
    count: (value) => known(value, (n) => `${digits(n, 0)}${lang === 'ko' ? '건' : ''}`),
    time: (ms) =>
      known(ms, (n) => {
        if (n > 0 && n < 0.005) return '<0.01ms';
        return Math.abs(n) < 999.995 ? `${digits(n, 2)}ms` : `${digits(n / 1_000, 2)}${second}`;
      }),
    span: (ms) => known(ms, (n) => (n < 1_000 ? `${digits(n, 0)}ms` : `${digits(n / 1_000, 2, 0)}${second}`)),
    share: (value) =>
      known(value, (n) => {
        // Three failures among a million are not "0.00%".
        if (n > 0 && n < 0.000_05) return '<0.01%';
        return n < 1 && n >= 0.999_95 ? '>99.99%' : `${digits(n * 100, 2)}%`;
      }),
    rate: (value) => known(value, (n) => `${digits(n, 2)} TPS`),
    bytes: (value) => known(value, (n) => bytes(n, digits)),
    rounded: (value) => known(value, (n) => digits(n, decimals(n), 0)),
    cores: (value) => known(value, (n) => digits(n, 2, 0)),
    plain: (value) => known(value, (n) => digits(n, 3, 0)),
    moment: (epochMs, timeZone) => moment(lang === 'ko' ? 'ko-KR' : 'en-GB', epochMs, timeZone),
    clock,
    clockMs,
  };
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function bytes(value: number, digits: (value: number, most: number) => string): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)));
  return `${digits(value / 1024 ** power, power === 0 ? 0 : 1)} ${units[power]}`;
}

function decimals(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : size >= 1 ? 2 : 3;
}

/** A zone that this machine does not know, or a time beyond the calendar, must not cost the report. */
function moment(locale: string, epochMs: number, timeZone: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' } as const;
  try {
    return `${new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(epochMs)} (${timeZone})`;
  } catch {
    const date = new Date(epochMs);
    return Number.isNaN(date.getTime()) ? none : date.toISOString();
  }
}

function clock(epochMs: number, timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', hourCycle: 'h23', timeZone }).format(epochMs);
  } catch {
    const date = new Date(epochMs);
    return Number.isNaN(date.getTime()) ? none : date.toISOString().slice(11, 19);
  }
}

/** No zone is off by a part of a second. */
function clockMs(epochMs: number, timeZone: string): string {
  const milliseconds = ((Math.round(epochMs) % 1_000) + 1_000) % 1_000;
  const second = clock(epochMs, timeZone);
  return second === none ? none : `${second}.${String(milliseconds).padStart(3, '0')}`;
}
