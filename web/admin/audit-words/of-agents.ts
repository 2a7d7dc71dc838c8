import { rich, t } from '../../i18n/translate.ts';
import { listOf, type SentencesOf, text } from './told.ts';

export const sentencesOfAgents: SentencesOf<'agent'> = {
  // What comes with Perdure is brought, and updated, by the server itself.
  'agent.created': ({ record, links }) =>
    record.actor === null ? rich('brought the agent {it}', links) : rich('made the agent {it}', links),
  'agent.changed': ({ record, links, facts }) =>
    record.actor === null
      ? rich('updated the agent {it}', links)
      : rich('saved the agent {it} as version {version}', { ...links, version: text(facts['version']) }),
  'agent.restored': ({ links, facts }) =>
    rich('brought version {version} of the agent {it} back', { ...links, version: text(facts['restored']) }),
  'agent.switched_on': ({ links }) => rich('switched the agent {it} on', links),
  'agent.switched_off': ({ links }) => rich('switched the agent {it} off', links),
  'agent.deleted': ({ links }) => rich('deleted the agent {it}', links),
  'agent.tested': ({ links }) => rich('began a test of an agent in {it}', links),
  'agent.corpora_set': ({ links, facts }) => {
    const count = listOf(facts['corpora']).length;
    return count === 0
      ? rich('took the default corpora away from the agent {it}', links)
      : rich('set the default corpora of the agent {it} ({count, number})', { ...links, count });
  },
  'agent.defaults_set': ({ facts }) => {
    const count = listOf(facts['defaults']).length;
    return count === 0 ? t('took all default agents away') : t('set the default agents ({count, number})', { count });
  },
};
