/** The objects of a PDF as qpdf reads them, so that rules about structure are judged on what another program finds. */
import { outputOf } from './programs.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Dict = { readonly [key: string]: Json };

export interface PdfObjects {
  readonly trailer: Dict;
  /** Every dictionary, those of streams included, also those inside others. */
  readonly dictionaries: readonly Dict[];
  /** Dictionaries of streams. */
  readonly streams: readonly Dict[];
  /** Follows a reference; the value itself when it is none. */
  at(value: Json | undefined): Json;
  /** The dictionary behind a value or reference, empty when there is none. */
  dict(value: Json | undefined): Dict;
  /** Members of an array, or the one value that stands in place of an array. */
  list(value: Json | undefined): readonly Json[];
  /** Decoded stream as Latin-1. */
  data(reference: Json | undefined): string;
}

interface Printed {
  readonly qpdf: readonly [
    unknown,
    Readonly<Record<string, { readonly value?: Json; readonly stream?: { readonly dict: Dict; readonly data: string } }>>,
  ];
}

const isDict = (value: Json | undefined): value is Dict => typeof value === 'object' && value !== null && !Array.isArray(value);

function within(value: Json): readonly Dict[] {
  if (Array.isArray(value)) return value.flatMap(within);
  return isDict(value) ? [value, ...Object.values(value).flatMap(within)] : [];
}

/** @throws Error when qpdf refuses the file */
export function readObjects(path: string): PdfObjects {
  const [, objects] = (
    JSON.parse(outputOf('qpdf', ['--json=2', '--json-stream-data=inline', '--decode-level=generalized', path])) as Printed
  ).qpdf;
  const found = (value: Json | undefined) => (typeof value === 'string' && /^\d+ 0 R$/.test(value) ? objects[`obj:${value}`] : undefined);
  const at = (value: Json | undefined): Json => {
    const object = found(value);
    return object === undefined ? (value ?? null) : (object.stream?.dict ?? object.value ?? null);
  };
  const dict = (value: Json | undefined): Dict => {
    const resolved = at(value);
    return isDict(resolved) ? resolved : {};
  };
  const list = (value: Json | undefined): readonly Json[] => {
    const resolved = at(value);
    return Array.isArray(resolved) ? resolved : value === undefined || resolved === null ? [] : [value];
  };
  const kept = Object.entries(objects).filter(([key]) => key !== 'trailer');
  const streams = kept.flatMap(([, { stream }]) => (stream === undefined ? [] : [stream.dict]));
  return {
    trailer: dict(objects['trailer']?.value),
    dictionaries: kept.flatMap(([, { value, stream }]) => within(stream?.dict ?? value ?? null)),
    streams,
    at,
    dict,
    list,
    data: (reference) => Buffer.from(found(reference)?.stream?.data ?? '', 'base64').toString('latin1'),
  };
}

/** A text string without the mark that qpdf puts before it. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value.replace(/^u:/, '') : '');
