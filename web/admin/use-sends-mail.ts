import { useQuery } from '@tanstack/react-query';
import { signInMethodsKey } from '../account/query-keys.ts';
import { fetchSignInMethods } from '../api/oidc.ts';

/** Whether the server is set up to send mail; false until that is known. */
export function useSendsMail(): boolean {
  const methods = useQuery({ queryKey: signInMethodsKey, queryFn: ({ signal }) => fetchSignInMethods(signal) });
  return methods.data?.mails_new_password === true;
}
