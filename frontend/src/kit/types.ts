// What the server tells. Times called start and end are on the salon's wall clock, without offset.

export interface TextState {
  kind: string;
  words: string;
  shape: string; // a symbol of icons.svg
  tone: "good" | "waiting" | "doubt" | "bad" | "quiet";
}

export interface Visit {
  id: number;
  version: number;
  start: string;
  end: string;
  at: string; // the same moments with the salon's offset
  until: string;
  staff: number;
  customer: number;
  name: string;
  services: number[];
  service_names: string;
  color: string;
  status: string;
  status_label: string;
  can_move: boolean;
  allow_overlap: boolean; // on purpose
  overbooked: boolean; // in fact
  note: string;
  texts: TextState[];
  is_saving?: boolean; // shown as it is wanted; the server has not answered
}

export interface Person {
  id: number;
  name: string;
  bookable: boolean;
}

export interface Service {
  id: number;
  name: string;
  minutes: number;
  color: string;
  offered: boolean; // now
}

export interface Customer {
  id: number;
  full_name: string;
  phone_number: string;
  hint?: string; // why texts don't arrive
}

export interface Span {
  events: Visit[];
  stamp: string;
  offset: string;
  me: number;
}

export interface Plan {
  phone: string;
  phone_error: string;
  start_error: string;
  start_note: string; // how a time that comes twice is read
  missing: string;
  warning: string; // what stands against the number
  texts: { kind: string; when: string; body: string }[];
}

export interface Config {
  day: string;
  today: string;
  zone: string;
  offset: string;
  first_day: 0 | 1;
  me: number;
  staff: Person[];
  services: Service[];
  words: Record<string, string>;
}

export type ViewName = "day" | "week" | "list";
