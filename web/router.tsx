import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import type { Me } from '../src/contract/auth.ts';
import { meKey } from './account/me-key.ts';
import { parseAddress, textOf, writeAddress } from './address.ts';
import { type AuditSearch, readAuditSearch } from './admin/audit-search.ts';
import { type NowSearch, readNowSearch } from './admin/now/now-search.ts';
import { readSessionsSearch, type SessionsSearch } from './admin/sessions-search.ts';
import { fetchMe } from './api/auth.ts';
import { asApiError } from './api/errors.ts';
import type { DocumentPlace } from './knowledge/document-reading.tsx';
import { readUsageSearch, type UsageSearch } from './admin/usage/usage-search.ts';
import { readTrySearch } from './knowledge/try/try-search.ts';
import { entryPage, lazyPage } from './lazy-page.ts';
import { HomePage } from './sessions/home-page.tsx';
import { ErrorPage, NotFoundPage, PageError } from './shell/error-page.tsx';
import { Shell } from './shell/shell.tsx';
import { Skeleton } from './ui/states.tsx';

const meQuery = queryOptions({ queryKey: meKey, queryFn: ({ signal }) => fetchMe(signal), staleTime: 60_000 });

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
});

const count = (value: unknown) => {
  const number = typeof value === 'number' ? value : Number(textOf(value));
  return Number.isInteger(number) && number >= 0 ? number : undefined;
};

/** Why somebody came back from the single sign-on with nothing. */
type Problem = { problem?: string };
const problemIn = (search: Record<string, unknown>): Problem => {
  const problem = textOf(search['problem']);
  return problem ? { problem } : {};
};

const signInRoute = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string; erased?: true } & Problem => {
    if (search['erased'] === true) return { erased: true };
    const next = textOf(search['next']);
    // Only a path of this very site.
    return { ...(next && /^\/(?![/\\])/.test(next) && { next }), ...problemIn(search) };
  },
  component: entryPage(() => import('./account/sign-in-page.tsx'), 'SignInPage'),
});

const welcomeRoute = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: entryPage(() => import('./account/welcome-page.tsx'), 'WelcomePage'),
});

const resetRoute = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: entryPage(() => import('./account/reset-page.tsx'), 'ResetPage'),
});

const forgotPasswordRoute = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: entryPage(() => import('./account/forgot-password-page.tsx'), 'ForgotPasswordPage'),
});

/** Who is signed in; whoever is not is sent to the sign-in, and back from there. */
async function signedIn(queryClient: QueryClient, href: string): Promise<Me> {
  try {
    // Who was signed in a moment ago stands until the server says otherwise: moving about works while the network is away.
    return await queryClient.ensureQueryData({ ...meQuery, revalidateIfStale: true });
  } catch (error) {
    if (asApiError(error).status !== 401) throw error;
    throw redirect({ to: '/sign-in', search: href === '/' ? {} : { next: href }, replace: true });
  }
}

const enrolmentRoute = createRoute({
  getParentRoute: () => root,
  path: '/second-factor',
  beforeLoad: async ({ context, location }) => ({ me: await signedIn(context.queryClient, location.href) }),
  component: lazyPage(() => import('./account/enrolment-page.tsx'), 'EnrolmentPage'),
  errorComponent: ErrorPage,
});

/** Everything behind the sign-in. */
const shellRoute = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const me = await signedIn(context.queryClient, location.href);
    if (me.must_turn_on_second_factor) throw redirect({ to: '/second-factor', replace: true });
    return { me };
  },
  component: Shell,
  errorComponent: ErrorPage,
});

const homeRoute = createRoute({ getParentRoute: () => shellRoute, path: '/', component: HomePage });

const sessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions/$sessionId',
  validateSearch: (search: Record<string, unknown>): { source?: string; at?: string } => {
    const source = textOf(search['source']);
    // A message of a turn that a link leads to, `TURN:user` or `TURN:assistant`.
    const at = textOf(search['at']);
    return { ...(source && { source }), ...(at && { at }) };
  },
  component: lazyPage(() => import('./session/session-page.tsx'), 'SessionPage'),
});

/** Without the frame of the other pages: what is on it is what comes out on paper. */
const printRoute = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$sessionId/print',
  beforeLoad: async ({ context, location }) => {
    const me = await signedIn(context.queryClient, location.href);
    if (me.must_turn_on_second_factor) throw redirect({ to: '/second-factor', replace: true });
  },
  component: lazyPage(() => import('./print/print-page.tsx'), 'PrintPage'),
  errorComponent: ErrorPage,
});

const sessionsBinRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions/bin',
  component: lazyPage(() => import('./sessions/sessions-bin-page.tsx'), 'SessionsBinPage'),
});

const knowledgeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/knowledge',
  validateSearch: (search: Record<string, unknown>): { tag?: string } => {
    const tag = textOf(search['tag']);
    return tag ? { tag } : {};
  },
  component: lazyPage(() => import('./knowledge/corpora-page.tsx'), 'CorporaPage'),
});

const corporaBinRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/knowledge/bin',
  component: lazyPage(() => import('./knowledge/recycle-bin/corpora-bin-page.tsx'), 'CorporaBinPage'),
});

const corpusRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/knowledge/$corpusId',
  component: lazyPage(() => import('./knowledge/corpus-page.tsx'), 'CorpusPage'),
});

const tryQuestionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/knowledge/$corpusId/try',
  validateSearch: readTrySearch,
  component: lazyPage(() => import('./knowledge/try-question-page.tsx'), 'TryQuestionPage'),
});

const documentsBinRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/knowledge/$corpusId/bin',
  component: lazyPage(() => import('./knowledge/recycle-bin/documents-bin-page.tsx'), 'DocumentsBinPage'),
});

const evaluationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/knowledge/$corpusId/evaluation',
  component: lazyPage(() => import('./knowledge/evaluation/evaluation-page.tsx'), 'EvaluationPage'),
});

const documentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/documents/$documentId',
  validateSearch: (search: Record<string, unknown>): DocumentPlace => {
    const place = { version: count(search['version']), start: count(search['start']), end: count(search['end']) };
    const view = search['view'];
    return {
      ...((view === 'text' || view === 'original') && { view }),
      ...(place.version !== undefined && { version: place.version }),
      ...(place.start !== undefined && { start: place.start }),
      ...(place.end !== undefined && { end: place.end }),
    };
  },
  component: lazyPage(() => import('./knowledge/document-page.tsx'), 'DocumentPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  validateSearch: problemIn,
  component: lazyPage(() => import('./account/account-page.tsx'), 'AccountPage'),
});

const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account/import',
  component: lazyPage(() => import('./account/import/import-page.tsx'), 'ImportPage'),
});

const adminNowRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/now',
  validateSearch: (search: Record<string, unknown>): NowSearch => readNowSearch(search),
  component: lazyPage(() => import('./admin/now/now-page.tsx'), 'AdminNowPage'),
});

const adminSessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/sessions/$sessionId',
  component: lazyPage(() => import('./admin/session/session-facts-page.tsx'), 'AdminSessionPage'),
});

const adminSessionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/sessions',
  validateSearch: (search: Record<string, unknown>): SessionsSearch => readSessionsSearch(search),
  component: lazyPage(() => import('./admin/sessions-page.tsx'), 'AdminSessionsPage'),
});

const adminUsersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/users',
  component: lazyPage(() => import('./admin/users-page.tsx'), 'AdminUsersPage'),
});

const adminUserRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/users/$userId',
  component: lazyPage(() => import('./admin/user-page.tsx'), 'AdminUserPage'),
});

const adminGroupsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/groups',
  component: lazyPage(() => import('./admin/groups-page.tsx'), 'AdminGroupsPage'),
});

const adminGroupRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/groups/$groupId',
  component: lazyPage(() => import('./admin/group-page.tsx'), 'AdminGroupPage'),
});

const adminAgentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/agents',
  component: lazyPage(() => import('./admin/agents/agents-page.tsx'), 'AdminAgentsPage'),
});

const isVersion = (value: number) => Number.isSafeInteger(value) && value > 0;

type AgentSearch = { from?: string; source?: string };
const readAgentSearch = (search: Record<string, unknown>): AgentSearch => {
  const [from, source] = [textOf(search['from']), textOf(search['source'])];
  return { ...(from && { from }), ...(source && { source }) };
};

const adminNewAgentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/agents/new',
  validateSearch: readAgentSearch,
  component: lazyPage(() => import('./admin/agents/new-agent-page.tsx'), 'AdminNewAgentPage'),
});

const adminAgentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/agents/$agentId',
  validateSearch: (search: Record<string, unknown>): Pick<AgentSearch, 'source'> => {
    const { source } = readAgentSearch(search);
    return source ? { source } : {};
  },
  component: lazyPage(() => import('./admin/agents/agent-page.tsx'), 'AdminAgentPage'),
});

const adminAgentVersionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/agents/$agentId/versions',
  validateSearch: (search: Record<string, unknown>): { version?: number; against?: number } => {
    const [version, against] = [Number(search['version']), Number(search['against'])];
    return { ...(isVersion(version) && { version }), ...(isVersion(against) && { against }) };
  },
  component: lazyPage(() => import('./admin/agents/versions-page.tsx'), 'AdminAgentVersionsPage'),
});

const adminBudgetsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/budgets',
  component: lazyPage(() => import('./admin/budgets-page.tsx'), 'AdminBudgetsPage'),
});

const adminUsageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/usage',
  validateSearch: (search: Record<string, unknown>): UsageSearch => readUsageSearch(search),
  component: lazyPage(() => import('./admin/usage/usage-page.tsx'), 'AdminUsagePage'),
});

const adminAuditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/audit',
  validateSearch: (search: Record<string, unknown>): AuditSearch => readAuditSearch(search),
  component: lazyPage(() => import('./admin/audit-page.tsx'), 'AdminAuditPage'),
});

const adminSettingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/settings',
  component: lazyPage(() => import('./admin/settings/settings-page.tsx'), 'FirstSettings'),
});

const adminSettingsSectionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/settings/$section',
  component: lazyPage(() => import('./admin/settings/settings-page.tsx'), 'AdminSettingsPage'),
});

const adminServerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/server',
  component: lazyPage(() => import('./admin/server-page.tsx'), 'AdminServerPage'),
});

const routeTree = root.addChildren([
  signInRoute,
  welcomeRoute,
  resetRoute,
  forgotPasswordRoute,
  enrolmentRoute,
  printRoute,
  shellRoute.addChildren([
    homeRoute,
    sessionRoute,
    sessionsBinRoute,
    knowledgeRoute,
    corpusRoute,
    tryQuestionRoute,
    evaluationRoute,
    corporaBinRoute,
    documentsBinRoute,
    documentRoute,
    accountRoute,
    importRoute,
    adminNowRoute,
    adminSessionRoute,
    adminSessionsRoute,
    adminUsersRoute,
    adminUserRoute,
    adminGroupsRoute,
    adminGroupRoute,
    adminAgentsRoute,
    adminNewAgentRoute,
    adminAgentRoute,
    adminAgentVersionsRoute,
    adminBudgetsRoute,
    adminUsageRoute,
    adminAuditRoute,
    adminSettingsRoute,
    adminSettingsSectionRoute,
    adminServerRoute,
  ]),
]);

export const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    parseSearch: parseAddress,
    stringifySearch: writeAddress,
    defaultPreload: 'intent',
    defaultErrorComponent: PageError,
    defaultPendingComponent: () => <Skeleton lines={5} className="mx-auto w-full max-w-3xl p-8" />,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
