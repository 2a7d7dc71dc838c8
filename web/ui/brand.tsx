import { clsx } from 'clsx';
import { productName } from '../../src/contract/branding.ts';
import { type Logo, logoAddress } from '../../src/contract/logo.ts';
import { useBranding } from '../branding/use-branding.ts';

/** The mark and the name of the installation. */
export function Brand({ className }: { className?: string }) {
  const { name, logo } = useBranding();
  return (
    <span className={clsx('inline-flex min-w-0 items-center gap-2 font-semibold tracking-tight', className)}>
      {logo ? <LogoPicture logo={logo} /> : name === productName ? <OwnMark /> : <Initial name={name} />}
      <span dir="auto" className="min-w-0 wrap-anywhere">
        {name}
      </span>
    </span>
  );
}

/** As high as the mark; a wide one is wider. */
function LogoPicture({ logo }: { logo: Logo }) {
  const { width, height, alt } = logo;
  return (
    <img
      src={logoAddress(logo)}
      alt={alt}
      width={width}
      height={height}
      className="h-6 w-auto max-w-24 shrink-0 object-contain"
    />
  );
}

/** The first character of a name, as its reader counts them. */
function Initial({ name }: { name: string }) {
  const [first] = new Intl.Segmenter().segment(name);
  return (
    <span
      aria-hidden
      className="grid size-6 shrink-0 place-items-center rounded-md bg-accent text-sm leading-none text-on-accent"
    >
      {first?.segment.toLocaleUpperCase()}
    </span>
  );
}

function OwnMark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className="size-6 shrink-0">
      <rect width="32" height="32" rx="8" fill="#0f6b5e" />
      <path
        d="M11 24V8h6a5 5 0 0 1 0 10h-6"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="M19 24h3" stroke="#8fe0cf" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
