import type { SessionPeople, SessionPerson } from '../../src/contract/sharing.ts';
import { rich, t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { Moment } from '../ui/moment.tsx';

/** Who has the session open now, and, for its owner, when the others last had. */
export function PeopleHere({ people }: { people: SessionPeople }) {
  const { me } = useServices();
  const others = people.people.filter(
    ({ user_id, is_here, last_read_at }) => user_id !== me.id && (is_here || last_read_at),
  );
  if (others.length === 0) return null;
  return (
    <section className="mt-5">
      <h3 className="text-sm font-semibold">
        {people.access === 'owner' ? t('Who read it') : t('Who has it open now')}
      </h3>
      <ul className="mt-1.5 space-y-1 text-sm">
        {others.map((person) => (
          <li key={person.user_id} className="wrap-anywhere">
            {person.name}{' '}
            <span className="text-muted">
              · <When person={person} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function When({ person: { is_here, last_read_at } }: { person: SessionPerson }) {
  if (is_here) return t('has it open now');
  return last_read_at ? rich('last had it open {when}', { when: <Moment at={last_read_at} /> }) : null;
}
