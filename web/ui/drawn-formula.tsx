// oxlint-disable-next-line import/no-unassigned-import -- a style sheet that comes with the code that needs it
import 'katex/dist/katex.css';
import { render } from 'katex';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { t } from '../i18n/translate.ts';
import type { FormulaProps } from './formula.tsx';
import { FormulaSource } from './formula-source.tsx';
import { formulaOptions } from './formula-options.ts';

export function DrawnFormula({ tex, isDisplay, isWhole }: FormulaProps) {
  if (isWhole) return <Drawn tex={tex} isDisplay={isDisplay} />;
  return tex === '' ? null : <FormulaSource tex={tex} />;
}

function Drawn({ tex, isDisplay }: Omit<FormulaProps, 'isWhole'>) {
  const drawn = useMemo(() => draw(tex, isDisplay), [tex, isDisplay]);
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (drawn) place.current?.replaceChildren(drawn);
  }, [drawn]);
  if (drawn) return <span ref={place} className="formula" />;
  return (
    <span title={t('This formula cannot be drawn: it is shown as it was written.')}>
      <FormulaSource tex={tex} />
    </span>
  );
}

/** What KaTeX makes of a formula; it sets its styles one by one, as the content security policy wants it. Nothing when it cannot be drawn, be it for a mistake in it
 *  or for too deep a nest. */
function draw(tex: string, isDisplay: boolean): HTMLElement | undefined {
  const drawn = document.createElement('span');
  try {
    render(tex, drawn, { ...formulaOptions, displayMode: isDisplay });
    return drawn;
  } catch {
    return undefined;
  }
}

/** The fonts of most formulae, so that nothing moves when they come. Without them others serve. */
export async function formulaFonts(): Promise<void> {
  const names = ['1em KaTeX_Main', 'italic 1em KaTeX_Math', ...[1, 2, 3, 4].map((size) => `1em KaTeX_Size${size}`)];
  await Promise.allSettled(names.map((name) => document.fonts.load(name)));
}
