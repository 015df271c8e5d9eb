// A promise that has more to tell.

/** Made of a promise of `{ data, response }`, it settles as the data does. */
export class OutboundPromise extends Promise {
  #whole;

  constructor(whole) {
    super((resolve) => resolve());
    this.#whole = whole;
  }

  // What is derived of it is an ordinary promise.
  static get [Symbol.species]() {
    return Promise;
  }

  then(onFulfilled, onRejected) {
    return this.#whole.then(({ data }) => data).then(onFulfilled, onRejected);
  }

  withResponse() {
    return this.#whole;
  }
}
