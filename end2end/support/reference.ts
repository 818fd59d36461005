// The figures that the dashboard must show, computed from the bundled CSV without anything of the product's own:
// amounts are integers in thousandths of a pound, because the file's prices have up to three decimals.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../server/crates/demo/data/online-retail.csv.zst', import.meta.url));
const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const CSV_BYTES_MAX = 256 * 1024 * 1024;

/** Names of the data set that the screens write as ISO 3166-1 does. */
const SCREEN_NAMES: Record<string, string> = {
  EIRE: 'Ireland',
  USA: 'United States',
  RSA: 'South Africa',
  'Czech Republic': 'Czechia',
  'European Community': 'European Union',
  Unspecified: 'Unknown',
};

/** Both days included, as YYYY-MM-DD. */
export type Span = { from: string; to: string };
export type Channel = 'web' | 'store' | 'wholesale' | 'marketplace';
type Kind = 'sale' | 'return' | 'adjustment' | 'stock';

type Invoice = {
  number: string;
  kind: Kind;
  /** Of its first line. */
  day: string;
  time: string;
  customer: string;
  country: string;
  channel: Channel;
  amount: number;
  products: Map<string, number>;
};

export type Sales = { count: number; amount: number };

export class Reference {
  private readonly firstSaleDays: string[];

  constructor(private readonly invoices: Invoice[]) {
    const first = new Map<string, string>();
    for (const invoice of invoices) {
      if (invoice.kind === 'sale' && invoice.customer !== '') {
        const known = first.get(invoice.customer);
        if (known === undefined || invoice.day < known) {
          first.set(invoice.customer, invoice.day);
        }
      }
    }
    this.firstSaleDays = [...first.values()];
  }

  private in(span: Span): Invoice[] {
    return this.invoices.filter((invoice) => isIn(span, invoice.day));
  }

  /** In thousandths. */
  revenue(span: Span): number {
    return sum(this.in(span).map((invoice) => invoice.amount));
  }

  sales(span: Span, channel?: Channel): Sales {
    const sales = this.in(span).filter(
      (invoice) => invoice.kind === 'sale' && (channel === undefined || invoice.channel === channel),
    );
    return { count: sales.length, amount: sum(sales.map((sale) => sale.amount)) };
  }

  newCustomers(span: Span): number {
    return this.firstSaleDays.filter((day) => isIn(span, day)).length;
  }

  /** Countries by their names on screens, the largest revenue first. */
  countries(span: Span): [string, number][] {
    const countries = new Map<string, number>();
    for (const invoice of this.in(span).filter(({ kind }) => kind !== 'stock')) {
      const name = SCREEN_NAMES[invoice.country] ?? invoice.country;
      countries.set(name, (countries.get(name) ?? 0) + invoice.amount);
    }
    return [...countries].sort(([, a], [, b]) => b - a);
  }

  /** Revenue of the goods that sold best. Goods have numbers for codes; postage, fees and vouchers have words. */
  topProducts(span: Span, count: number): number[] {
    const products = new Map<string, number>();
    for (const invoice of this.in(span)) {
      for (const [code, amount] of invoice.products) {
        if (/^\d{5}/.test(code)) {
          products.set(code, (products.get(code) ?? 0) + amount);
        }
      }
    }
    return [...products.values()].sort((a, b) => b - a).slice(0, count);
  }

  /** Numbers of the latest invoices, the latest first; those of one minute are in no order. */
  latest(count: number): { number: string; amount: number }[] {
    const orders = this.invoices.filter(({ kind }) => kind !== 'stock');
    return orders.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).slice(0, count);
  }
}

function isIn(span: Span, day: string): boolean {
  return span.from <= day && day <= span.to;
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

let reference: Reference | undefined;

/** Reads the file once per process. */
export function readReference(): Reference {
  reference ??= new Reference(invoicesOf(decompress()));
  return reference;
}

function decompress(): string {
  const { status, stdout, stderr, error } = spawnSync('zstd', ['-dc', FILE], { maxBuffer: CSV_BYTES_MAX });
  if (error || status !== 0) {
    throw new Error(`zstd can't read ${FILE}: ${error?.message ?? stderr.toString()}`);
  }
  return stdout.toString('utf8');
}

function invoicesOf(csv: string): Invoice[] {
  const [header, ...lines] = csv.split(/\r?\n/);
  if (header !== HEADER) {
    throw new Error(`the columns are ${header}, not ${HEADER}`);
  }
  const drafts = new Map<string, Invoice & { codes: Set<string>; isFree: boolean }>();
  for (const line of lines.filter((line) => line !== '')) {
    const [number, code, , quantity, time, price, customer, country] = fields(line);
    let invoice = drafts.get(number);
    if (!invoice) {
      const kind: Kind = number.startsWith('C') ? 'return' : number.startsWith('A') ? 'adjustment' : 'sale';
      const day = time.slice(0, 10);
      const empty = { channel: 'wholesale' as Channel, amount: 0, products: new Map(), codes: new Set<string>() };
      invoice = { number, kind, day, time, customer, country, isFree: true, ...empty };
      drafts.set(number, invoice);
    }
    const amount = Number(quantity) * thousandths(price);
    if (!Number.isSafeInteger(amount)) {
      throw new Error(`not an exact amount: ${line}`);
    }
    invoice.amount += amount;
    invoice.isFree &&= thousandths(price) === 0;
    invoice.codes.add(code);
    invoice.products.set(code, (invoice.products.get(code) ?? 0) + amount);
  }
  for (const invoice of drafts.values()) {
    if (invoice.kind === 'sale' && invoice.customer === '' && invoice.isFree) {
      invoice.kind = 'stock';
    }
    if (invoice.codes.has('DOT')) {
      invoice.channel = 'web';
    } else if (invoice.codes.has('AMAZONFEE')) {
      invoice.channel = 'marketplace';
    } else if (invoice.customer === '') {
      invoice.channel = 'store';
    }
  }
  return [...drafts.values()];
}

/** The fields of a line; those with a comma stand in quotes, and quotes in them are doubled (RFC 4180). */
function fields(line: string): string[] {
  if (!line.includes('"')) {
    return line.split(',');
  }
  const found: string[] = [];
  for (let rest: string | undefined = line; rest !== undefined; ) {
    const quoted: RegExpExecArray | null = /^"((?:[^"]|"")*)"(?:,|$)/.exec(rest);
    const plain: string = /^[^,]*/.exec(rest)?.[0] ?? '';
    const length: number = quoted ? quoted[0].length - (quoted[0].endsWith(',') ? 1 : 0) : plain.length;
    found.push(quoted ? quoted[1].replaceAll('""', '"') : plain);
    rest = length < rest.length ? rest.slice(length + 1) : undefined;
  }
  return found;
}

function thousandths(price: string): number {
  const parts = /^(-?)(\d+)(?:\.(\d{1,3}))?$/.exec(price);
  if (!parts) {
    throw new Error(`not a price: ${price}`);
  }
  const [, sign, whole, fraction = ''] = parts;
  const value = Number(whole) * 1000 + Number(fraction.padEnd(3, '0'));
  return sign === '-' ? -value : value;
}

/** Thousandths, divided by a number, to the penny; halves go away from zero. */
export function pennies(amount: number, divisor = 1): number {
  if (divisor === 0) {
    return 0;
  }
  const unit = 10n * BigInt(divisor);
  const size = BigInt(Math.abs(amount));
  const rounded = Number((2n * size + unit) / (2n * unit));
  return amount < 0 ? -rounded : rounded;
}

/** `£1,234.50` of thousandths. */
export function pounds(amount: number, divisor = 1): string {
  const rounded = pennies(amount, divisor);
  const size = Math.abs(rounded);
  const fraction = String(size % 100).padStart(2, '0');
  return `${rounded < 0 ? '-' : ''}£${grouped(Math.floor(size / 100))}.${fraction}`;
}

/** Pennies of `£1,234.50`. */
export function penniesOf(text: string): number {
  const parts = /^(-?)£([\d,]+)\.(\d\d)$/.exec(text);
  if (!parts) {
    throw new Error(`not an amount of pounds: ${text}`);
  }
  const size = Number(parts[2].replaceAll(',', '')) * 100 + Number(parts[3]);
  return parts[1] === '-' ? -size : size;
}

export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `12.3%`, the size of the change, or that it is over ten times; undefined where there is nothing to compare with. */
export function change(now: number, before: number): string | undefined {
  if (before === 0) {
    return undefined;
  }
  const percent = Math.abs(((now - before) / Math.abs(before)) * 100);
  return percent > 1000 ? 'over 1000%' : `${percent.toFixed(1)}%`;
}
