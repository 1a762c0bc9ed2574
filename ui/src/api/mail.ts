import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

const texts = api['email-templates'][':template'][':locale'];

/** A mail in the log. */
export type Email = Answer<typeof api.emails.$get>['data'][number];
export type EmailStatus = Email['status'];
/** The words of one letter in one language. */
export type EmailTemplate = Answer<(typeof api)['email-templates']['$get']>['data'][number];
export type Words = Pick<EmailTemplate, 'subject' | 'body'>;
type Which = Pick<EmailTemplate, 'template' | 'locale'>;

/** What was sent, is waiting, or failed, the latest first. */
export const emailsQuery = (filter: { status?: EmailStatus | undefined; bookingId?: string | undefined } = {}) =>
  infiniteQueryOptions({
    queryKey: ['emails', 'list', filter.status ?? 'all', filter.bookingId ?? ''],
    queryFn: ({ pageParam: cursor }) => ask(api.emails.$get({ query: { ...filter, cursor } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state: { data } }) => lookAgainMs(data?.pages.flatMap((page) => page.data)),
  });

export const emailQuery = (id: string) =>
  queryOptions({
    queryKey: ['emails', id],
    queryFn: () => ask(api.emails[':id'].$get({ param: { id } })),
    refetchInterval: ({ state: { data } }) => lookAgainMs(data && [data]),
  });

/** Nothing announces that a mail was sent: while one is on its way, it is looked for again. */
function lookAgainMs(mails: readonly { status: EmailStatus }[] | undefined): number | false {
  return mails?.some(({ status }) => status === 'queued') ? 2_000 : false;
}

/** Sends a mail once more, as it was. */
export const resendEmail = (id: string) => ask(api.emails[':id'].resend.$post({ param: { id } }));

/** Every letter in every language. */
export const templatesQuery = queryOptions({
  queryKey: ['email-templates'],
  queryFn: async () => (await ask(api['email-templates'].$get())).data,
});

/** How a letter turns out with some words; nothing is saved. */
export const previewQuery = ({ template, locale }: Which, words: Words) =>
  queryOptions({
    queryKey: ['email-previews', template, locale, words],
    queryFn: () => ask(texts.preview.$post({ param: { template, locale }, json: words })),
    staleTime: Infinity,
    gcTime: 60_000,
  });

export const saveTemplate = ({ template, locale }: Which, words: Words) =>
  ask(texts.$put({ param: { template, locale }, json: words }));

/** Puts Parley’s own words in force again, and gives them. */
export async function resetTemplate({ template, locale }: Which): Promise<EmailTemplate | undefined> {
  await ask(texts.$delete({ param: { template, locale } }));
  const { data } = await ask(api['email-templates'].$get());
  return data.find((one) => one.template === template && one.locale === locale);
}
