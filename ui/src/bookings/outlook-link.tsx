/** The way to the event in the organizer’s Outlook on the web. */
export function OutlookLink({ url }: { url: string }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      Open the event in Outlook
    </a>
  );
}
