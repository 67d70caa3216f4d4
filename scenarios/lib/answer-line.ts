/**
 * Whose answer it was, a line on k6's console for each: `loadkit-answer <epoch ms> <user> good|bad`. Only where it is asked for
 * (`LOADKIT_ANSWERS`), as `loadkit drill` does to tell how many users a fault hit.
 */
// k6 has one, its types do not.
declare const console: { log(text: string): void };

const isAsked = (__ENV.LOADKIT_ANSWERS ?? '') !== '';

export function tellAnswer(user: number, isGood: boolean): void {
  if (isAsked) console.log(`loadkit-answer ${Date.now()} ${user} ${isGood ? 'good' : 'bad'}`);
}
