import type { Locator, Page } from 'playwright-core';

/** A session's line in the administrator's list, read by the names of its columns. */
export function rowOf(page: Page, sessionId: string): { line: Locator; cell(column: string): Promise<string> } {
  const line = page.locator(`tr[data-session="${sessionId}"]`);
  return {
    line,
    async cell(column) {
      await line.waitFor();
      // Not by role: while a dialog closes, the page behind it is hidden from roles.
      const columns = await line.locator('xpath=ancestor::table').locator('th').allTextContents();
      const cells = await line.locator('td').allInnerTexts();
      const at = columns.indexOf(column);
      if (at < 0) throw new Error(`No column ${column} among ${columns.join(', ')}`);
      return cells[at]?.trim() ?? '';
    },
  };
}
