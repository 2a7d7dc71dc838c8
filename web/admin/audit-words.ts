import type { ReactNode } from 'react';
import { type AuditAction, type AuditedObject, type AuditRecord, auditAction } from '../../src/contract/audit.ts';
import { rich, t } from '../i18n/translate.ts';
import { sentencesOfAgents } from './audit-words/of-agents.ts';
import { sentencesOfGroups } from './audit-words/of-groups.ts';
import { sentencesOfKnowledge } from './audit-words/of-knowledge.ts';
import { sentencesOfPeople } from './audit-words/of-people.ts';
import { sentencesOfSessions } from './audit-words/of-sessions.ts';
import { sentencesOfSettings } from './audit-words/of-settings.ts';
import type { Sentence } from './audit-words/told.ts';

const sentences: Readonly<Record<AuditAction, Sentence>> = {
  ...sentencesOfPeople,
  ...sentencesOfGroups,
  ...sentencesOfAgents,
  ...sentencesOfKnowledge,
  ...sentencesOfSessions,
  ...sentencesOfSettings,
};

/** What was done, in words that follow who did it. Pure.
 *  @param linkTo  what a thing that can be followed is drawn as, by what it is called */
export function auditSentence(
  record: AuditRecord,
  linkTo: (object: AuditedObject, words: string) => ReactNode,
): ReactNode {
  const { action, object, related, facts, personal } = record;
  const links = {
    it: linkTo(object, nameOf(record)),
    other: related ? linkTo(related, related.name ?? shortId(related.id)) : t('something'),
  };
  const known = auditAction.safeParse(action);
  if (!known.success) return rich('did “{action}” to {it}', { ...links, action });
  return sentences[known.data]({ record, facts, personal: personal ?? {}, links });
}

/** Its name of this moment, else the one it had when it was recorded, else its id. */
function nameOf({ object, facts, personal }: AuditRecord): string {
  const recorded =
    object.kind === 'user' ? personal?.['username'] : (personal?.['title'] ?? personal?.['name'] ?? facts['name']);
  if (object.name !== null) return object.name;
  if (typeof recorded === 'string') return recorded;
  return object.kind === 'setting' ? object.id : shortId(object.id);
}

const shortId = (id: string) => (id.length > 20 ? id.slice(0, 8) : id);
