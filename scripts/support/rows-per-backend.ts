import { type Backend, cannotShow } from '../../src/store/conformance/backends.ts';

/** A test of a report: its `describe`s from the outside in, and what became of it. */
export type ReportedTest = { ancestorTitles: readonly string[]; status: string };

export type RowsPerBackend = {
  /** Rows that ran, passed or failed. */
  ran: Record<Backend, number>;
  /** What is not as it must be, in sentences: every row runs everywhere but where the table says that it cannot. */
  wrong: string[];
};

/** Counts the rows of the store's suite in a report of all tests. Pure.
 *  @param canSkip  backends that this machine has not */
export function rowsPerBackend(tests: readonly ReportedTest[], canSkip: readonly Backend[] = []): RowsPerBackend {
  const of = (backend: Backend) =>
    tests.filter(({ ancestorTitles: titles }) => {
      const at = titles.indexOf(`store: ${backend}`);
      // A row stands in a group; what stands beside the groups is about the suite.
      return at >= 0 && at < titles.length - 1;
    });
  const backends = Object.keys(cannotShow) as Backend[];
  const rows = Math.max(...backends.map((backend) => of(backend).length));
  const wrong: string[] = [];
  const ran = Object.fromEntries(
    backends.map((backend) => {
      const count = of(backend).filter(({ status }) => status === 'passed' || status === 'failed').length;
      const expected = rows - cannotShow[backend].flatMap((each) => each.rows).length;
      if (count !== expected && !canSkip.includes(backend)) {
        wrong.push(`${backend} ran ${count} rows of the store's suite and not ${expected}.`);
      }
      return [backend, count];
    }),
  ) as Record<Backend, number>;
  if (rows === 0) wrong.push('No row of the store’s suite ran.');
  return { ran, wrong };
}
