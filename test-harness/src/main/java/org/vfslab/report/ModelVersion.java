package org.vfslab.report;

/** The version of the model: a recorded schedule fits only the model that recorded it. */
public final class ModelVersion {

  /** Changes whenever recorded schedules of some scenario stop replaying; see the changelog. */
  public static final String CURRENT = "0.3";

  private ModelVersion() {}
}
