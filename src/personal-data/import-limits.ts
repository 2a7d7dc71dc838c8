/** What an archive may be at most. An export is far below all of it, but for the size of the documents in it. */
export type ImportLimits = {
  archiveBytes: number;
  /** Files in the archive, documents too. */
  files: number;
  sessions: number;
  /** Of one session's file, unpacked: it is held until the session is stored. */
  sessionBytes: number;
  /** Of all sessions' files together, unpacked. */
  unpackedBytes: number;
  /** Unpacked by packed size of one file; text that people and models wrote stays under 30, zeros reach 1,000. */
  ratio: number;
  eventsOfSession: number;
};

export const importLimits: ImportLimits = {
  archiveBytes: 512 * 2 ** 20,
  files: 40_000,
  sessions: 20_000,
  sessionBytes: 32 * 2 ** 20,
  unpackedBytes: 2 * 2 ** 30,
  ratio: 250,
  eventsOfSession: 20_000,
};
