/** Matches to alerts on the screen, counted by rule. */

import { LineBuffer } from '@saker/agent/outputs/line-buffer.ts';
import { DEFAULT_LINE_OPTIONS, formatAlert } from '@saker/core/engine/alert-line.ts';
import type { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import type { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { ReplayListener } from '../capture/capture-replay.ts';
import type { Progress } from '../terminal/progress.ts';
import { counted } from '../terminal/quantity.ts';
import type { Screen } from '../terminal/terminal.ts';
import { formatAlertForPeople } from './alert-text.ts';

export interface AlertWriterOptions {
  readonly json: boolean;
  /** After so many it wants no more. */
  readonly limit: number;
  /** Shares the terminal, perhaps, and makes room. */
  readonly progress: Progress;
}

const jsonLines = { ...DEFAULT_LINE_OPTIONS, json: true };

export class AlertWriter implements ReplayListener {
  count = 0;
  readonly byRule: Map<Rule, number> = new Map();
  readonly #engine: RuleEngine;
  readonly #maker: AlertMaker;
  readonly #screen: Screen;
  readonly #options: AlertWriterOptions;
  readonly #lines: LineBuffer;
  #isRead = true;

  constructor(engine: RuleEngine, maker: AlertMaker, screen: Screen, options: AlertWriterOptions) {
    this.#engine = engine;
    this.#maker = maker;
    this.#screen = screen;
    this.#options = options;
    this.#lines = new LineBuffer((text) => {
      options.progress.clear();
      this.#isRead = screen.write(text);
    });
  }

  /** The event's matches. False when no more are wanted: enough were found, or nobody reads. */
  onEvent(context: EventContext, isShown: boolean): boolean {
    if (!isShown) return true;
    const matches = this.#engine.evaluate(context);
    for (let at = 0; at < matches && this.count < this.#options.limit; at++) {
      this.#engine.withMatch(at, context, (rule) => this.#write(rule, context));
    }
    return this.#isRead && this.count < this.#options.limit;
  }

  onPause(): boolean {
    return this.flush();
  }

  note(): string {
    return counted(this.count, 'alert');
  }

  /** False when nobody reads. */
  flush(): boolean {
    this.#lines.flush();
    return this.#isRead;
  }

  #write(rule: Rule, context: EventContext): void {
    const alert = this.#maker.make(rule, context);
    this.count++;
    this.byRule.set(rule, (this.byRule.get(rule) ?? 0) + 1);
    const text = this.#options.json
      ? formatAlert(alert, jsonLines)
      : formatAlertForPeople(alert, this.#screen);
    this.#lines.add(text);
  }
}
