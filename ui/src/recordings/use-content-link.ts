import { useEffect, useRef, useState } from 'react';
import { makeLink } from '../api/artifacts.ts';
import { ApiError, unreachable, type ShownProblem } from '../api/problem.ts';

const unplayable: ShownProblem = {
  code: 'unplayable',
  title: 'This browser cannot play the recording',
  remedy: 'Download it and open it in a player, or use another browser.',
};

/** A link that fails so soon after it was made fails for another reason than its age. */
const youngMs = 10_000;

type Link = { address: string; madeAt: number };

/**
 * The address that a recording is played from. Links end; `renew`, called when the video fails, makes the next one, and
 * where that does not help finds out what is `broken`. `again` starts over.
 */
export function useContentLink(id: string) {
  const [link, setLink] = useState<Link>();
  const [broken, setBroken] = useState<unknown>();
  const [round, setRound] = useState(0);
  const current = useRef<Link>(undefined);
  useEffect(() => {
    let left = false;
    void (async () => {
      try {
        const made = await newLink(id);
        if (left) return;
        current.current = made;
        setLink(made);
      } catch (error) {
        if (!left) setBroken(error);
      }
    })();
    return () => void (left = true);
  }, [id, round]);
  const renew = async () => {
    const failed = current.current;
    if (!failed) return;
    if (Date.now() - failed.madeAt > youngMs) return setRound((before) => before + 1);
    setBroken(await whyNot(failed.address));
  };
  const again = () => {
    setBroken(undefined);
    setRound((before) => before + 1);
  };
  return { link, broken, renew, again };
}

async function newLink(id: string): Promise<Link> {
  const { url } = await makeLink(id);
  // The console may be reached at another name than the server's public one.
  const { pathname, search } = new URL(url, location.href);
  return { address: pathname + search, madeAt: Date.now() };
}

/** A video element does not say why it fails; the server does. */
async function whyNot(address: string): Promise<unknown> {
  const response = await fetch(address, {
    headers: { accept: 'application/problem+json', range: 'bytes=0-0' },
  }).catch(() => undefined);
  if (!response) return new ApiError(unreachable);
  if (!response.ok) return ApiError.from(response);
  await response.body?.cancel();
  return new ApiError(unplayable);
}
