/** A table as it was read: a row a line, `Row 5 | Item: Pump | Price: 12.50`, with the names its columns have. */
export type ReadTable = {
  /** What stands above it, a sheet's name say. */
  title: string;
  columns: string[];
  rows: TableRow[];
};
/** `number` is that of the sheet. `cells` stand in the order of the columns; in a row that has no columns, or stands above them, in its own. */
export type TableRow = { number: number; cells: string[]; isNamed: boolean; start: number; end: number };

type Line = { number: number; cells: string[]; start: number; end: number };

/** Rows in which the names of the columns are looked for. */
const lookedAt = 20;

/** The tables in a text that was read of a sheet; none in any other text. A long row that was read as several lines is one again. Offsets
 *  are UTF-16 units of the text. Pure. */
export function readTables(text: string): ReadTable[] {
  const tables: ReadTable[] = [];
  let title = '';
  let lines: Line[] = [];
  const end = () => {
    if (lines.length > 0) tables.push(tableOf(title, lines));
    lines = [];
  };
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    const row = /^Row (\d+)(?: \| (.*))?$/.exec(line);
    if (row) {
      const cells = row[2]?.split(' | ') ?? [];
      lines.push({ number: Number(row[1]), cells, start: index, end: index + line.length });
    } else if (line.trim() !== '') {
      end();
      title = line.trim();
    }
  }
  end();
  return tables;
}

function tableOf(title: string, lines: readonly Line[]): ReadTable {
  const at = lines.slice(0, lookedAt).findIndex((line, index) => names(line, lines[index + 1]));
  const columns = lines[at]?.cells ?? [];
  const rows: TableRow[] = [];
  for (const [index, { number, cells, start, end }] of lines.entries()) {
    if (index === at) continue;
    const isNamed = at >= 0 && index > at;
    const last = rows.at(-1);
    const goesOn = last?.number === number;
    const row = goesOn ? last : { number, cells: [], isNamed, start, end };
    if (isNamed) putNamed(row.cells, cells, columns);
    else row.cells.push(...cells);
    row.end = end;
    if (!goesOn) rows.push(row);
  }
  return { title, columns, rows };
}

/** Whether the next row says the names that stand in this one. */
function names(line: Line, next: Line | undefined): boolean {
  return next?.cells.some((cell) => columnOf(cell, line.cells) >= 0) === true;
}

/** What bears no name is what is left of the cell before it, which held a stroke itself. */
function putNamed(row: string[], cells: readonly string[], columns: readonly string[]): void {
  let before = -1;
  for (const cell of cells) {
    const column = columnOf(cell, columns);
    if (column < 0) {
      const place = before < 0 ? columns.length : before;
      row[place] = [row[place], cell].filter((each) => each !== undefined).join(' | ');
      continue;
    }
    const value = cell.slice((columns[column]?.length ?? 0) + 2);
    row[column] = row[column] === undefined ? value : `${row[column]} ${value}`;
    before = column;
  }
  for (let column = 0; column < row.length; column++) row[column] ??= '';
}

/** The column whose name a cell begins with, the longest of them. */
function columnOf(cell: string, columns: readonly string[]): number {
  let found = -1;
  for (const [index, name] of columns.entries()) {
    if (cell.startsWith(`${name}: `) && name.length > (columns[found]?.length ?? 0)) found = index;
  }
  return found;
}
