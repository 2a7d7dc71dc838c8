import type { ReactNode } from 'react';
import { inRow } from '../../i18n/in-row.ts';
import { rich, t } from '../../i18n/translate.ts';
import { countOf, listOf, quoted, type SentencesOf, type Told, text, textOrNone } from './told.ts';

export const sentencesOfKnowledge: SentencesOf<'corpus' | 'document' | 'evaluation'> = {
  'corpus.created': ({ links }) => rich('created the corpus {it}', links),
  'corpus.changed': corpusChanged,
  'corpus.given': ({ links }) => rich('gave the corpus {it} to {other}', links),
  'corpus.deleted': ({ links, facts }) =>
    rich('deleted the corpus {it} with {documents, plural, one {# document} other {# documents}}', {
      ...links,
      documents: countOf(facts['documents']),
    }),
  'corpus.restored': ({ links, facts }) =>
    rich('restored the corpus {it} with {documents, plural, one {# document} other {# documents}}', {
      ...links,
      documents: countOf(facts['documents']),
    }),
  'corpus.purged': ({ links }) => rich('deleted the corpus {it} for good', links),
  'document.added': ({ links, personal }) =>
    rich('added the document {it}{address, select, none {} other { from {address}}} to {other}', {
      ...links,
      address: textOrNone(personal['address']),
    }),
  'document.retried': ({ links }) => rich('had the document {it} read again in {other}', links),
  'document.reprocessed': ({ links, facts }) =>
    rich('had the document {it} read anew as version {version} in {other}', {
      ...links,
      version: text(facts['version']),
    }),
  'document.tagged': documentTagged,
  'document.replaced': ({ links, facts }) =>
    rich('gave the document {it} another original, version {version}, in {other}', {
      ...links,
      version: text(facts['version']),
    }),
  'document.fetched_again': ({ links, personal }) =>
    rich('had the document {it}{address, select, none {} other { from {address}}} fetched again in {other}', {
      ...links,
      address: textOrNone(personal['address']),
    }),
  'document.cancelled': ({ links }) => rich('stopped the reading of the document {it} in {other}', links),
  'document.deleted': ({ links }) => rich('deleted the document {it} from {other}', links),
  'document.restored': ({ links }) => rich('restored the document {it} to {other}', links),
  'document.purged': ({ links }) => rich('deleted the document {it} from {other} for good', links),
  'evaluation.questions_kept': ({ links, facts, personal }) =>
    personal['question'] === undefined
      ? rich('kept {questions, plural, one {# evaluation question} other {# evaluation questions}} for {it}', {
          ...links,
          questions: countOf(facts['questions']),
        })
      : rich('kept the evaluation question {question} for {it}', {
          ...links,
          question: quoted(personal['question']),
        }),
  'evaluation.question_removed': ({ links, personal }) =>
    rich('removed the evaluation question {question} of {it}', { ...links, question: quoted(personal['question']) }),
  'evaluation.measured': ({ links, facts }) =>
    rich('measured the search of {it} with {questions, plural, one {# question} other {# questions}}', {
      ...links,
      questions: countOf(facts['questions']),
    }),
};

function corpusChanged({ links, facts, personal }: Told): ReactNode {
  const { archived, description_changed, tags } = facts;
  const isOther = archived !== undefined || description_changed === true || tags !== undefined;
  const names = { was: quoted(personal['was']), name: quoted(personal['name']) };
  const changes = [
    ...(personal['was'] !== undefined || !isOther ? [t('renamed from {was} to {name}', names)] : []),
    ...(description_changed === true ? [t('a new description')] : []),
    ...(tags === undefined ? [] : [tagWords(personal['tags'])]),
    ...(archived === undefined
      ? []
      : [archived === true ? t('archived', {}, 'corpus') : t('brought back from the archive')]),
  ];
  if (changes.length > 1 || tags !== undefined)
    return rich('changed the corpus {it}: {changes}', { ...links, changes: inRow(changes) });
  if (archived === true) return rich('archived the corpus {it}', links);
  if (archived === false) return rich('brought the corpus {it} back from the archive', links);
  if (description_changed === true) return rich('changed the description of the corpus {it}', links);
  return rich('renamed the corpus {was} to {name}: {it}', { ...links, ...names });
}

function tagWords(tags: unknown): string {
  if (!Array.isArray(tags)) return t('tags (erased)');
  return tags.length === 0 ? t('no tags') : t('tags {tags}', { tags: inRow(tags.map(quoted)) });
}

function documentTagged({ links, personal }: Told): ReactNode {
  const [added, removed] = [personal['added'], personal['removed']].map((tags) => inRow(listOf(tags).map(quoted)));
  const which = added && removed ? 'both' : added ? 'added' : removed ? 'removed' : 'none';
  return rich(
    'changed the tags of the document {it}{which, select, both { (added {added}; removed {removed})} added { (added {added})} removed { (removed {removed})} other {}} in {other}',
    { ...links, which, added, removed },
  );
}
