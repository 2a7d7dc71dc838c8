import { readFileSync } from 'node:fs';
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { z } from 'zod';
import { languageNames } from '../../web/i18n/languages.ts';
import type { Message } from './messages.ts';

export const translations = languageNames.filter((name) => name !== 'en');
const catalogue = z.record(z.string(), z.string());

export const catalogueAt = (root: string, language: string): string => `${root}/web/i18n/catalogues/${language}.json`;
export const readCatalogue = (path: string): Record<string, string> =>
  catalogue.parse(JSON.parse(readFileSync(path, 'utf8')));

/** What a catalogue lacks, has too much, or says with other places than the English message. */
export function problemsOf(language: string, texts: Record<string, string>, messages: readonly Message[]): string[] {
  const known = new Map(messages.map((message) => [message.key, message]));
  const missing = [...known.values()]
    .filter(({ key }) => !Object.hasOwn(texts, key))
    .map(({ key, place }) => `${language}: not translated: ${key} (${place})`);
  const wrong = Object.entries(texts).flatMap(([key, text]) => {
    const message = known.get(key);
    if (!message) return [`${language}: nobody says: ${key}`];
    if (text.trim() === '') return [`${language}: empty: ${key}`];
    try {
      const [wanted, has] = [message.text, text].map((each) => placesOf(each, message.isRich));
      return wanted === has ? [] : [`${language}: other places (${has}, not ${wanted}): ${key}`];
    } catch (error) {
      return [`${language}: ${error instanceof Error ? error.message : String(error)}: ${key}`];
    }
  });
  return [...missing, ...wrong];
}

/** The names of a message's places and tags, in the order of the alphabet, each once: a language may need a place twice. */
export function placesOf(text: string, isRich: boolean): string {
  const names = new Set<string>();
  const walk = (elements: readonly MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      names.add(element.type === TYPE.tag ? `<${element.value}>` : element.value);
      if (element.type === TYPE.tag) walk(element.children);
      if (element.type === TYPE.plural || element.type === TYPE.select) {
        for (const { value } of Object.values(element.options)) walk(value);
      }
    }
  };
  walk(parse(text, { ignoreTag: !isRich }));
  return [...names].toSorted().join(' ');
}
