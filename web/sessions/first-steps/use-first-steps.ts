import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionRow } from '../../../src/contract/sessions.ts';
import { listUsers } from '../../api/admin.ts';
import { fetchModelSettings } from '../../api/model-endpoints.ts';
import { browserStorage } from '../../api/browser-storage.ts';
import { modelSettingsKey } from '../../admin/settings/models/model-settings-key.ts';
import { useCorpora } from '../../knowledge/use-corpora.ts';
import { useServices } from '../../services.tsx';
import { firstSteps, type Step } from './steps.ts';

/** The first steps, while one is left to do and nobody put them away in this browser. */
export function useFirstSteps(sessions: readonly SessionRow[] | undefined): { steps: Step[]; hide(): void } {
  const { me } = useServices();
  const key = `perdure.first-steps.${me.id}`;
  const storage = browserStorage('localStorage');
  const [isHidden, setHidden] = useState(() => storage.getItem(key) !== null);
  const corpora = useCorpora().data;
  const isAdministrator = me.role === 'administrator';
  const people = useQuery({
    queryKey: ['whether there are others'],
    queryFn: ({ signal }) => listUsers({ limit: 2 }, signal),
    select: ({ users }) => users.length,
    enabled: isAdministrator && !isHidden,
  }).data;
  const endpoints = useQuery({
    queryKey: modelSettingsKey,
    queryFn: ({ signal }) => fetchModelSettings(signal),
    select: (settings) => settings.endpoints,
    enabled: isAdministrator && !isHidden,
  }).data;
  const hide = () => {
    setHidden(true);
    storage.setItem(key, 'hidden');
  };
  const isKnown =
    corpora !== undefined &&
    sessions !== undefined &&
    (!isAdministrator || (people !== undefined && endpoints !== undefined));
  if (isHidden || !isKnown) return { steps: [], hide };
  const steps = firstSteps({ role: me.role, corpora, sessions, people, endpoints });
  return { steps: steps.every(({ isDone }) => isDone) ? [] : steps, hide };
}
