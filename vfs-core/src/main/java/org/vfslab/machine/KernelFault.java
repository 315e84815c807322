package org.vfslab.machine;

/**
 * A bug in the simulated code, found where it happens: the run stops there.
 *
 * <p>Expected failures are negative errno results instead; see {@link Errno}.
 */
public final class KernelFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ReportKind kind;

  /** A fault with one sentence that names context, object and the values seen. */
  public KernelFault(ReportKind kind, String sentence) {
    super(sentence);
    this.kind = kind;
  }

  /** What sort of bug it is. */
  public ReportKind kind() {
    return kind;
  }
}
