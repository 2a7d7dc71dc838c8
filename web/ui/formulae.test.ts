import { renderToString } from 'katex';
import { parseHTML } from 'linkedom';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { formulaOptions } from './formula-options.ts';
import { SafeMarkdown } from './safe-markdown.tsx';

/** The formulae that are found in a text; `display:` before those on their own. */
function formulaeIn(text: string): string[] {
  const { document } = parseHTML(
    `<!doctype html><html><body>${renderToStaticMarkup(createElement(SafeMarkdown, { text }))}</body></html>`,
  );
  return [...document.querySelectorAll('.formula-source')].map(
    (each) => `${each.closest('.formula-display') ? 'display:' : ''}${each.textContent}`,
  );
}

test.each([
  ['Let $x$ be', ['x']],
  ['$E = mc^2$', ['E = mc^2']],
  ['**$a_1*b$** and $c*d$', ['a_1*b', 'c*d']],
  ['($n$-th) of $2n + 1$.', ['n', '2n + 1']],
  ['$5 = 5$', ['5 = 5']],
  ['$2 \\text{ if } x$', ['2 \\text{ if } x']],
  ['$\\$5 + x$', ['\\$5 + x']],
  ['$a\nb$', ['a\nb']],
  ['\\(x_1 + [2]\\) and \\( \\frac{1}{2} \\)', ['x_1 + [2]', ' \\frac{1}{2} ']],
  ['\\[\nx^2\n\\]', ['display:\nx^2\n']],
  ['$$\nx\n\ny\n$$', ['display:x\n\ny']],
  ['Then $$x = 1$$ holds', ['display:x = 1']],
  ['```math\nx\n```', ['display:x']],
  ['| a |\n|---|\n| $x$ |', ['x']],
])('a formula in %j', (text, formulae) => {
  expect(formulaeIn(text)).toEqual(formulae);
});

test.each([
  'It costs $5 and $6',
  'from $5-$10, or $5/$10',
  '$5 a month or 10$ a day',
  'US$5 and US$6',
  '($5)/($6) **$7** and **$8**',
  '$HOME/bin:$PATH and `$x$`',
  '```\n$x$\n```',
  'a $ b $ c',
  '\\$x$ and $',
  'it is \\[1\\] in brackets',
  'a\\b(c) \\( \\)',
  '$x',
  `$${'x'.repeat(3000)}$`,
])('no formula in %j', (text) => {
  expect(formulaeIn(text)).toEqual([]);
});

test('prices keep what is marked between them', () => {
  const html = renderToStaticMarkup(createElement(SafeMarkdown, { text: 'for $5 **now** or $6 _then_' }));
  expect(html).toContain('for $5 <strong>now</strong> or $6 <em>then</em>');
});

test('many delimiters without their ends take no long time', () => {
  const startedMs = performance.now();
  for (const each of ['$a ', '\\(a ', '\\[a\n', '$a\\']) expect(formulaeIn(each.repeat(3000))).toEqual([]);
  expect(performance.now() - startedMs).toBeLessThan(15_000);
}, 60_000);

const hostile = [
  '\\href{javascript:alert(1)}{x}',
  '\\href{https://elsewhere.example}{x}',
  '\\url{https://elsewhere.example}',
  '\\includegraphics{https://elsewhere.example/x.png}',
  '\\htmlClass{fixed inset-0}{x}',
  '\\htmlId{root}{x}',
  '\\htmlStyle{position:fixed}{x}',
  '\\htmlData{source=1}{x}',
  '\\text{<img src=x onerror=alert(1)>}',
  '\\text{</span><script>alert(1)</script>}',
  '\\color{red;background:url(https://elsewhere.example)}x',
  '\\textcolor{expression(alert(1))}{x}',
  '\\rule{100000em}{100000em}',
  '\\kern{99999em}x\\raisebox{99999em}{y}',
  '\\def\\a{\\a\\a}\\a',
  '\\def\\a{xx}\\def\\b{\\a\\a\\a\\a\\a\\a\\a\\a\\a\\a}\\def\\c{\\b\\b\\b\\b\\b\\b\\b\\b\\b\\b}\\def\\d{\\c\\c\\c\\c\\c\\c\\c\\c\\c\\c}\\d\\d\\d\\d',
  '{'.repeat(2500) + '}'.repeat(2500),
  '\\sqrt{'.repeat(700) + '}'.repeat(700),
  '\\frac{1}{'.repeat(500) + '1' + '}'.repeat(500),
  'x^{'.repeat(1200) + '}'.repeat(1200),
  '\\begin{matrix}' + '&'.repeat(2400) + '\\\\'.repeat(1200) + '\\end{matrix}',
  '\\mathchoice{'.repeat(300),
];

test.each(hostile.map((tex) => [tex.slice(0, 40), tex]))('drawn, %s is harmless and bounded', (_name, tex) => {
  const startedMs = performance.now();
  let html = '';
  try {
    html = renderToString(tex, { ...formulaOptions, displayMode: true });
  } catch {
    // It is shown as it was written.
  }
  expect(performance.now() - startedMs).toBeLessThan(3000);
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  const elements = [...document.body.querySelectorAll('*')];
  const faults = elements.flatMap(({ tagName, attributes }) => [
    ...(/^(?:a|img|script|iframe|object|embed|form|input|link|style)$/i.test(tagName) ? [`element ${tagName}`] : []),
    ...[...attributes].flatMap(({ name, value }) =>
      /^(?:on|href|src|id|data-|xlink)/i.test(name) || /url\(|expression|fixed|inset-0/i.test(value)
        ? [`${name}=${value}`]
        : [],
    ),
  ]);
  expect(faults).toEqual([]);
  const styles = elements.map((each) => each.getAttribute('style') ?? '').join(';');
  const sizes = [...styles.matchAll(/(-?[\d.]+)em/g)].map((match) => Math.abs(Number(match[1])));
  expect(sizes.filter((size) => size > 2000)).toEqual([]);
});
