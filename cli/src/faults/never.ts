/** For work that must not be cut short: a server could still carry it out when it has been undone. */
export const never: AbortSignal = new AbortController().signal;
