/** Where a command prints: results to `out`, progress and errors to `err`. */
export interface Output {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly color: boolean;
}
