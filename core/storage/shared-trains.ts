/**
 * What several requests ask at one time goes to the database together. A train leaves at the end of the turn of the
 * event loop in which it is first asked for; while as many as may be are under way, those who come wait for the next
 * one, which is then longer. With little to do a request travels alone and waits for nobody.
 */
export class SharedTrains<Ask, Answer> {
  readonly #send: (asks: Ask[]) => Promise<Answer[]>;
  readonly #most: { trains: number; places: number };
  #waiting: { ask: Ask; told(answer: Answer): void; failed(error: unknown): void }[] = [];
  #underway = 0;

  /** @param send  answers in the order of what is asked, or fails for all */
  constructor(most: { trains: number; places: number }, send: (asks: Ask[]) => Promise<Answer[]>) {
    this.#most = most;
    this.#send = send;
  }

  ask(ask: Ask): Promise<Answer> {
    return new Promise((told, failed) => {
      this.#waiting.push({ ask, told, failed });
      this.#prepare();
    });
  }

  #prepare(): void {
    if (this.#waiting.length === 0 || this.#underway >= this.#most.trains) return;
    this.#underway += 1;
    setImmediate(() => this.#leave());
  }

  async #leave(): Promise<void> {
    const aboard = this.#waiting.splice(0, this.#most.places);
    try {
      const answers = await this.#send(aboard.map(one => one.ask));
      for (const [index, one] of aboard.entries()) one.told(answers[index] as Answer);
    } catch (error) {
      for (const one of aboard) one.failed(error);
    }
    this.#underway -= 1;
    this.#prepare();
  }
}
