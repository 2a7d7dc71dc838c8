import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import type { Language } from '../../web/i18n/languages.ts';

const catalogue = z.record(z.string(), z.string());
const read = new Map<Language, Record<string, string>>();

function textsOf(language: Language): Record<string, string> {
  const known = read.get(language);
  if (known) return known;
  const path = new URL(`../../web/i18n/catalogues/${language}.json`, import.meta.url);
  const texts = language === 'en' ? {} : catalogue.parse(JSON.parse(readFileSync(path, 'utf8')));
  read.set(language, texts);
  return texts;
}

/** What the app says for an English message without places; the same text where it is no message of the app. */
export const translated = (language: Language, text: string): string => textsOf(language)[text] ?? text;

/** What an English message may have become, whatever its sense; the text itself where it is no message. */
export function anyTranslation(language: Language, text: string): RegExp | string {
  const said = Object.entries(textsOf(language)).flatMap(([key, value]) =>
    key === text || key.startsWith(`${text} [`) ? [value.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)] : [],
  );
  return said.length === 0 ? text : new RegExp(said.join('|'));
}

/** The English messages on the page that the language has other words for. */
export async function englishOn(page: Page, language: Language): Promise<string[]> {
  const english = Object.entries(textsOf(language))
    .filter(([key, text]) => key !== text && !/[{[]/.test(key))
    .map(([key]) => key);
  if (english.length === 0) return [];
  const shown = await page.evaluate<string[]>(`(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.parentElement.closest('[lang]:not(html), option[lang]')) texts.push(node.textContent.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
    return [...texts, document.title.split(' · ')[0]];
  })()`);
  const left = new Set(english);
  return [...new Set(shown.filter((text) => left.has(text)))];
}
