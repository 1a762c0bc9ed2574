import { Button } from '@fluentui/react-components';
import { ArrowRight20Regular, ArrowSync20Regular } from '@fluentui/react-icons';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Findings } from '../diagnostics/findings.tsx';
import { Actions } from '../parts/page.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { hasNewConsent, isSettled, nextStep } from './setup-words.ts';
import { stepButtonId, type StepProps } from './step-props.ts';
import styles from './tenant-setup.module.css';
import { useStepCheck } from './use-step-check.ts';

/** *Check now*, what was found, and the way on. */
export function CheckStep({ step, setup, tenant, onShow }: StepProps) {
  const { run, running, error } = useStepCheck(tenant.id, step.name);
  const settled = isSettled(step);
  const looked = useRef(false);
  const mustLook = step.name === 'consent' && hasNewConsent(setup.steps, tenant);
  const check = () => {
    onShow(step.name); // it stays open when it is done, so that the findings can be read
    run();
  };
  const lookAtConsent = useEffectEvent(check);
  useEffect(() => {
    if (!mustLook || looked.current) return;
    looked.current = true; // somebody has just consented: what came of it is what they want to see
    lookAtConsent();
  }, [mustLook]);
  return (
    <section className={styles.part} aria-label="Check">
      <Actions>
        {step.state !== 'not_needed' && (
          <Button
            appearance={settled ? 'secondary' : 'primary'}
            icon={<ArrowSync20Regular />}
            disabledFocusable={running}
            onClick={check}
          >
            {running ? 'Checking…' : step.checkedAt ? 'Check again' : 'Check now'}
          </Button>
        )}
        {settled && <NextStep setup={setup} after={step.number} onShow={onShow} />}
      </Actions>
      <p role="status" className={sheets.quiet} hidden={!running}>
        {running && (step.name === 'test' ? 'Making a meeting, reading its link, deleting it. ' : 'Asking Microsoft. ')}
        {running && 'It takes some seconds. You can leave this page; the result waits here.'}
      </p>
      {!running && <ChangeProblem error={error} />}
      {running && <SkeletonRows rows={Math.max(step.findings.length, 2)} height="72px" />}
      {!running && step.findings.length > 0 && (
        <div className={styles.findings}>
          <h3>What was found</h3>
          <Findings findings={step.findings} />
        </div>
      )}
    </section>
  );
}

function NextStep({ setup, after, onShow }: Pick<StepProps, 'setup' | 'onShow'> & { after: number }) {
  const [asked, setAsked] = useState<string>();
  useEffect(() => {
    if (asked) document.getElementById(stepButtonId(asked))?.focus();
  }, [asked]);
  const next = nextStep(setup, after);
  if (!next || next.number === after) return null;
  const go = () => {
    setAsked(next.name);
    onShow(next.name);
  };
  return (
    <Button appearance="primary" icon={<ArrowRight20Regular />} iconPosition="after" onClick={go}>
      {`Go on with step ${next.number}`}
    </Button>
  );
}
