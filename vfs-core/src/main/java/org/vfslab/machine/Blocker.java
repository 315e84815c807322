package org.vfslab.machine;

import java.util.List;

/** Something a context can wait for, so that a hang can be explained. */
public interface Blocker {

  /** What it is called. */
  String name();

  /** The names of the contexts that keep others waiting, as far as the object knows them. */
  List<String> holders();

  /** The state of the object in one line: its bits, its owner, its queue. */
  String describe();
}
