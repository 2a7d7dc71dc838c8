import { lazy, Suspense } from 'react';
import { t } from '../i18n/translate.ts';
import { FormulaSource } from './formula-source.tsx';

/** Characters of a formula that are drawn; a longer one is shown as it was written. */
const mostCharacters = 5000;

const Drawn = lazy(() =>
  import('./drawn-formula.tsx').then(
    ({ DrawnFormula, formulaFonts }) => formulaFonts().then(() => ({ default: DrawnFormula })),
    () => ({ default: FormulaSource }),
  ),
);

export type FormulaProps = { tex: string; isDisplay: boolean; isWhole: boolean };

/** A formula: drawn when all of it is there and what draws it is loaded, until then as it was written. One on its own has its room from the start.
 *  @param isWhole  no more of it is to come */
export function Formula({ tex, isDisplay, isWhole = true }: Omit<FormulaProps, 'isWhole'> & { isWhole?: boolean }) {
  const source = <FormulaSource tex={tex} />;
  // Loading begins with the first piece, so that the whole is drawn at once.
  const drawn = (
    <Suspense fallback={isDisplay ? source : <FormulaRoom tex={tex} />}>
      <Drawn tex={tex} isDisplay={isDisplay} isWhole={isWhole && tex.length <= mostCharacters} />
    </Suspense>
  );
  if (!isDisplay) return drawn;
  return (
    <span
      // biome-ignore lint/a11y/noNoninteractiveTabindex: one wider than the page must scroll by keyboard too
      tabIndex={0}
      role="group"
      aria-label={t('Formula')}
      className="formula-display"
      style={{ minHeight: `${roomFor(tex)}em` }}
    >
      {drawn}
    </span>
  );
}

/** Loads what draws formulae as soon as one may be beginning, so that the first is drawn at once and moves no word. */
export function FormulaLoader({ text }: { text: string }) {
  if (!/\$(?!\d)|\\[([]/.test(text)) return null;
  return (
    <Suspense fallback={null}>
      <Drawn tex="" isDisplay={false} isWhole={false} />
    </Suspense>
  );
}

/** The room in a line that a formula will take, so that the words behind it stand where they will. */
const FormulaRoom = ({ tex }: { tex: string }) => (
  <code className="formula-source formula-room" style={{ maxWidth: `${widthOf(tex)}em` }}>
    {tex}
  </code>
);

/** About how wide a formula is drawn, in em: a command is mostly one sign. */
function widthOf(tex: string): number {
  const signs = tex.replaceAll(/\\[a-zA-Z]+|\\./g, 'x').replaceAll(/[\s{}_^]/g, '');
  return Math.round((signs.length * 0.62 + (/[=+<>-]/.test(signs) ? 1 : 0)) * 10) / 10;
}

/** Height that a formula of so many rows mostly takes, in em. */
function roomFor(tex: string): number {
  const rows = Math.min(tex.split('\\\\').length, 12);
  return rows === 1 ? 3.4 : 1 + rows * 1.5;
}
