package org.vfslab.machine;

/** How a step touches a {@link Shared} object; two steps conflict unless both only read it. */
public enum Access {
  /** Looks at the object and leaves it as it was. */
  READ,
  /** May change the object; a read-modify-write counts as this. */
  WRITE
}
