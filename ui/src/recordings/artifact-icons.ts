import { PeopleList20Regular, TextQuote20Regular, VideoClip20Regular, type FluentIcon } from '@fluentui/react-icons';
import type { ArtifactKind } from '../api/artifacts.ts';

export const kindIcons: Record<ArtifactKind, FluentIcon> = {
  recording: VideoClip20Regular,
  transcript: TextQuote20Regular,
  attendance: PeopleList20Regular,
};
