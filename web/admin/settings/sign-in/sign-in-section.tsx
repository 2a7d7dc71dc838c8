import { SecondFactorRule } from './second-factor-rule.tsx';

/** How people sign in. */
export function SignInSection() {
  return <SecondFactorRule />;
}
