// Booking pages inside other sites. One tag is all that a page needs:
//   <script src="https://parley.example/embed.js" data-book="clinic/intro-call" data-show="inline" async></script>
// data-show: "inline" (the calendar stands here), "button" (a button here opens it in a pop-up) or "popup" (the same
// with a button at the corner of the window). Links with data-parley-popup open in a pop-up too. It needs no cookie,
// adds only elements of its own to the page, and sets itself up once however often it is loaded.
'use strict';

{
  const styles = `
    :host { display: block; }
    iframe { display: block; inline-size: 100%; min-block-size: 24rem; border: 0; color-scheme: light dark; }
    a { font: 600 1rem/1.5 system-ui, sans-serif; }
    button { display: inline-grid; place-items: center; box-sizing: border-box; min-block-size: 3rem; padding: 0.5rem 1.25rem;
      border: 1px solid transparent; border-radius: 0.625rem; background: #4f52b2; color: #fff;
      font: 600 1rem/1.5 'Segoe UI', system-ui, sans-serif; cursor: pointer; }
    button:hover { background: #3f4296; }
    button:focus-visible { outline: 2px solid #4f52b2; outline-offset: 2px; }
    .corner { position: fixed; inset-block-end: 1.25rem; inset-inline-end: 1.25rem; z-index: 2147483000;
      border-radius: 1.5rem; box-shadow: 0 4px 16px rgb(0 0 0 / 25%); }
    dialog { box-sizing: border-box; inline-size: min(72rem, 100vw - 2rem); max-inline-size: none; max-block-size: none;
      block-size: fit-content; padding: 0; border: 0; border-radius: 1rem; overflow: hidden;
      background: Canvas; color: CanvasText; color-scheme: light dark; box-shadow: 0 16px 64px rgb(0 0 0 / 35%); }
    dialog::backdrop { background: rgb(10 10 20 / 55%); }
    dialog > div { max-block-size: calc(100dvh - 2rem); overflow: auto; overscroll-behavior: contain; }
    .close { position: absolute; z-index: 1; inset-block-start: 0.75rem; inset-inline-end: 0.75rem; inline-size: 2.75rem;
      min-block-size: 2.75rem; padding: 0; border-radius: 50%; background: Canvas; color: CanvasText; border-color: #83838f; }
    .close:hover { background: Canvas; border-color: CanvasText; }
    svg { inline-size: 1.25rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
    @media (max-width: 40rem) {
      dialog { inline-size: 100vw; margin: 0; border-radius: 0; block-size: 100dvh; }
      dialog > div { box-sizing: border-box; max-block-size: 100dvh; block-size: 100dvh; padding-block-start: 3rem; }
      .close { inset-block-start: 0.25rem; }
    }`;
  const tag = document.currentScript;
  const parley = new URL(tag?.src || location.href).origin;
  const frames = new WeakMap(); // by the window inside: what is done with its messages
  if (!window.Parley) {
    window.Parley = { show, open };
    addEventListener('message', ({ origin, source, data }) => {
      if (origin === parley && source && data?.parley === 1) frames.get(source)?.(data);
    });
    addEventListener('click', openLink);
  }
  if (tag?.dataset.book) window.Parley.show(tag);

  function openLink(event) {
    const link = event.target?.closest?.('a[data-parley-popup]');
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented || new URL(link.href).origin !== parley) return;
    event.preventDefault();
    open(link.href, { label: link.dataset.label, teller: link });
  }

  /** Puts what a script tag asks for behind it. */
  function show(script) {
    const { book, show: kind = 'inline', text = 'Book a time', label } = script.dataset;
    const url = new URL(`/book/${book.split('/').map(encodeURIComponent).join('/')}`, parley).href;
    const host = document.createElement('div');
    script.after(host);
    const root = shadow(host);
    if (kind === 'inline') root.append(frame(url, { label, teller: host }));
    else root.append(button(text, kind === 'popup' ? 'corner' : '', () => open(url, { label, teller: host })));
  }

  /** Opens a booking page above the site’s own; gives a function that closes it. */
  function open(url, { label = 'Book a time', teller = document } = {}) {
    const host = document.body.appendChild(document.createElement('div'));
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-label', label);
    const close = button('', 'close', () => dialog.close());
    close.setAttribute('aria-label', 'Close');
    close.append(cross());
    const inner = document.createElement('div');
    dialog.append(close, inner);
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    const { style } = document.documentElement;
    const { overflow } = style;
    dialog.addEventListener('close', () => {
      style.overflow = overflow;
      host.remove(); // the browser has given the focus back to where it was
    });
    shadow(host).append(dialog);
    inner.append(frame(url, { label, teller, onClose: () => dialog.close() }));
    style.overflow = 'hidden';
    dialog.showModal();
    return () => dialog.close();
  }

  /** The booking page, as tall as it wants to be; if it does not come, a link to it. */
  function frame(url, { label = 'Book a time', teller, onClose }) {
    const address = new URL(url);
    address.searchParams.set('embed', '1');
    address.searchParams.set('site', location.origin);
    const iframe = Object.assign(document.createElement('iframe'), { title: label, src: address.href });
    const late = setTimeout(() => {
      if (!iframe.isConnected) return;
      // oxlint-disable-next-line no-console -- whoever builds the site looks there
      console.warn(`Parley: the booking page did not come. Is ${location.origin} among the sites of the workspace?`);
      const link = Object.assign(document.createElement('a'), { href: url, target: '_blank', rel: 'noopener' });
      link.textContent = `${label} (opens a new tab)`;
      iframe.replaceWith(link);
    }, 10_000);
    const told = { bubbles: true, composed: true };
    const hear = ({ type, height, booking }) => {
      clearTimeout(late);
      if (type === 'height' && height > 0) iframe.style.blockSize = `${Math.min(Math.ceil(height), 20_000)}px`;
      if (type === 'page' && iframe.getBoundingClientRect().top < 0) iframe.scrollIntoView({ block: 'start' });
      if (type === 'close') onClose?.();
      if (type === 'booked') teller.dispatchEvent(new CustomEvent('parley:booked', { ...told, detail: booking }));
    };
    // Its window is there as soon as it stands in the page, and stays the same on every page that it shows.
    queueMicrotask(() => iframe.contentWindow && frames.set(iframe.contentWindow, hear));
    return iframe;
  }

  /** A place of our own, where the site’s styles do not reach, and from where ours do not get out. */
  function shadow(host) {
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
    return root;
  }

  function button(text, className, onClick) {
    const made = Object.assign(document.createElement('button'), { type: 'button', className, textContent: text });
    made.addEventListener('click', onClick);
    return made;
  }

  function cross() {
    const [svg, path] = ['svg', 'path'].map((name) => document.createElementNS('http://www.w3.org/2000/svg', name));
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', 'M6 6l12 12M18 6L6 18');
    svg.append(path);
    return svg;
  }
}
