package org.vfslab.junit;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Makes an exploration of a method with {@link Explore}, in the place of JUnit's one call of it.
 */
final class ExploreExtension implements InvocationInterceptor, ParameterResolver {

  /** The parameter (of JUnit, or a system property) with the replay file to be shown again. */
  static final String REPLAY = "vfslab.replay";

  /** The parameter with the folder for replay files. */
  static final String REPLAY_FOLDER = "vfslab.replay.folder";

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return ExploredMethod.PARAMETERS.contains(parameter.getParameter().getType())
        && AnnotationSupport.isAnnotated(parameter.getDeclaringExecutable(), Explore.class);
  }

  /** Nothing: each execution has its own. */
  @Override
  public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return null;
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    Optional<Explore> explore =
        AnnotationSupport.findAnnotation(call.getExecutable(), Explore.class);
    if (explore.isEmpty()) {
      invocation.proceed();
      return;
    }
    invocation.skip();
    ExploredMethod test =
        new ExploredMethod(
            context.getRequiredTestClass(),
            call.getExecutable(),
            explore.get(),
            context.getRequiredTestInstance(),
            new ArrayList<@Nullable Object>(call.getArguments()));
    Judgement judgement = new Judgement(test, schedules(context));
    Optional<String> replay = context.getConfigurationParameter(REPLAY);
    if (replay.isPresent()) {
      judgement.replay(replay.get());
    } else {
      judgement.explore();
    }
  }

  private static Schedules schedules(ExtensionContext context) {
    return new Schedules(
        context
            .getConfigurationParameter(REPLAY_FOLDER)
            .map(Path::of)
            .orElse(Schedules.FOLDER_DEFAULT));
  }
}
