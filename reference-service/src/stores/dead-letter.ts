import type { Session } from './mysql.ts';

/** What cannot be processed, ever; kept for a person to look at, so that it stops nobody. */
export interface DeadLetter {
  readonly source: string;
  readonly sourceId: string;
  readonly content: string;
  readonly reason: string;
}

/** Storing one again changes nothing. */
export async function storeDeadLetters(session: Session, letters: readonly DeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  const now = new Date();
  await session.writeMany(
    `INSERT INTO dead_letter (source, source_id, content, reason, created_at) VALUES ?
     ON DUPLICATE KEY UPDATE source = dead_letter.source`,
    letters.map(({ source, sourceId, content, reason }) => [
      source.slice(0, 100),
      sourceId.slice(0, 100),
      content.slice(0, 2000),
      reason.slice(0, 500),
      now,
    ]),
  );
}
