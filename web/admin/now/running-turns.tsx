import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { NowSnapshot, RunningTurn } from '../../../src/contract/now.ts';
import { named, rich, t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Section } from '../../ui/section.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { ageWords } from './age-words.ts';
import { byAgent, byServer, byUser, type Choice, choicesOf, isShown, type NowSearch, shortId } from './now-search.ts';

/** What is being answered, the oldest first, with a way to stop each. */
export function RunningTurns({ now, serverMs, search, onStop }: RunningTurnsProps) {
  const { turns, turns_total: total } = now;
  const shown = turns.filter((turn) => isShown(turn, search));
  const missing = total - turns.length;
  return (
    <Section
      title={t('Answers under way')}
      {...(missing > 0 && {
        hint: t('The {shown} oldest; {missing} more are under way.', { shown: turns.length, missing }),
      })}
      actions={
        (turns.length > 1 || Object.keys(search).length > 0) && (
          <div className="flex flex-wrap gap-2">
            <Narrow
              name="agent"
              all={t('All agents')}
              choices={choicesOf(turns, byAgent, search.agent)}
              search={search}
            />
            <Narrow name="user" all={t('All people')} choices={choicesOf(turns, byUser, search.user)} search={search} />
            <Narrow
              name="server"
              all={t('All servers')}
              choices={choicesOf(turns, byServer, search.server)}
              search={search}
            />
          </div>
        )
      }
    >
      {shown.length === 0 ? (
        <p className="text-sm text-muted">
          {turns.length === 0 ? t('Nothing is being answered.') : t('None of these answers is under way any more.')}
        </p>
      ) : (
        <TableFrame label={t('Answers under way')}>
          <thead className="text-start text-xs whitespace-nowrap text-muted">
            <tr className="border-b border-line *:px-3 *:py-2 *:font-medium">
              <th>{t('Person')}</th>
              <th>{t('Session')}</th>
              <th>{t('Agent')}</th>
              <th className="text-end">{t('For', {}, 'how long')}</th>
              <th>{t('State')}</th>
              <th>{t('Server')}</th>
              <th className="sr-only">{t('Actions')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((turn) => (
              <tr
                key={turn.turn_id}
                data-turn={turn.turn_id}
                className="border-b border-line last:border-0 *:px-3 *:py-1.5"
              >
                <td className="max-w-40 truncate">
                  {turn.username || <span className="text-muted">{t('(program)')}</span>}
                </td>
                <td className="max-w-64 min-w-32 truncate" title={named(turn.title)}>
                  <Link to="/admin/sessions/$sessionId" params={{ sessionId: turn.session_id }} className="link">
                    {named(turn.title) || shortId(turn.session_id)}
                  </Link>
                </td>
                <td className="whitespace-nowrap">{turn.agent_name}</td>
                <td
                  className="text-end whitespace-nowrap tabular-nums"
                  title={t('since {time}', { time: exactTime(Date.parse(turn.began_at)) })}
                >
                  {ageWords(serverMs - Date.parse(turn.began_at))}
                </td>
                <td className="whitespace-nowrap">{stateOf(turn)}</td>
                <td className="font-mono text-xs" {...(turn.instance_id && { title: turn.instance_id })}>
                  {turn.instance_id ? shortId(turn.instance_id) : '–'}
                </td>
                <td className="text-end">
                  <Button look="quiet" className="min-h-8! py-1!" onClick={() => onStop(turn.session_id)}>
                    {rich('Stop<more> the answer to {person} in {session}</more>', {
                      person: turn.username || t('a program'),
                      session: named(turn.title) || shortId(turn.session_id),
                      more: unseen,
                    })}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </Section>
  );
}

const unseen = (inner: ReactNode) => <span className="sr-only">{inner}</span>;

function stateOf({ state: code, attempt }: RunningTurn): ReactNode {
  const state = code === 'waiting_approval' ? t('Waits for an approval') : t('Answering');
  if (attempt <= 1) return state;
  return rich('{state}<more>, attempt {attempt}</more>', {
    state,
    attempt,
    more: (inner) => <span className="text-muted">{inner}</span>,
  });
}

type RunningTurnsProps = {
  now: NowSnapshot;
  serverMs: number;
  search: NowSearch;
  onStop(sessionId: string): void;
};

function Narrow({ name, all, choices, search }: NarrowProps) {
  const navigate = useNavigate();
  const choose = (value: string) => {
    const { [name]: _, ...rest } = search;
    void navigate({ to: '/admin/now', search: value === '' ? rest : { ...rest, [name]: value }, replace: true });
  };
  return (
    <Select aria-label={all} value={search[name] ?? ''} onChange={(event) => choose(event.target.value)}>
      <option value="">{all}</option>
      {choices.map(({ value, name: called, count }) => (
        <option key={value} value={value}>
          {called} ({count})
        </option>
      ))}
    </Select>
  );
}

type NarrowProps = { name: keyof NowSearch; all: string; choices: readonly Choice[]; search: NowSearch };
