import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import type { ScriptRequest } from '../api/organizers.ts';
import { problemOf } from '../api/problem.ts';
import { CopyButton } from '../parts/copy.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { Bar } from '../parts/skeleton.tsx';
import { Verbatim } from '../parts/verbatim.tsx';
import styles from './access-policies.module.css';

/** A PowerShell script of a tenant, filled in by the server, with its copy button. */
export function ScriptView({ tenantId, request }: { tenantId: string; request: ScriptRequest }) {
  const { data, error } = useQuery({
    queryKey: ['scripts', tenantId, request],
    queryFn: () => ask(api.tenants[':id'].scripts.$post({ param: { id: tenantId }, json: request })),
    placeholderData: (before) => before,
    staleTime: 0,
  });
  if (error) {
    return (
      <div className={styles.script} role="alert">
        <ProblemView problem={problemOf(error)} />
      </div>
    );
  }
  return (
    <figure className={styles.script} aria-busy={!data}>
      <figcaption>
        <span>{data?.title ?? '\u00a0'}</span>
        {data && (
          <CopyButton text={data.text} what="the script" words="Copy script" appearance="secondary" size="small" />
        )}
      </figcaption>
      {data ? <Verbatim label="The script">{data.text}</Verbatim> : <Bar height="12rem" />}
    </figure>
  );
}
