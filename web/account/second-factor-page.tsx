import { PageHeader } from '../shell/page-header.tsx';
import { useTitle } from '../ui/use-title.ts';
import { SecondFactor } from './second-factor.tsx';

export function SecondFactorPage() {
  useTitle('Authenticator app');
  return (
    <>
      <PageHeader title="Authenticator app" />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-6 sm:px-6">
        <SecondFactor />
      </main>
    </>
  );
}
