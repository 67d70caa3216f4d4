/** Where a line for the user goes: to stderr, or through whatever draws there at the moment. */
export interface Notice {
  say(text: string): void;
  /** Lines go through `say` until the returned function is called. */
  through(say: (text: string) => void): () => void;
}

/** A line written past a block that is being redrawn would tear it. */
export function createNotice(stream: NodeJS.WritableStream): Notice {
  const direct = (text: string): void => {
    stream.write(`${text}\n`);
  };
  let current = direct;
  return {
    say: (text) => current(text),
    through: (say) => {
      current = say;
      return () => {
        current = direct;
      };
    },
  };
}
