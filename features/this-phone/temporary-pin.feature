@app @phone @sms
Feature: The temporary PIN code
  Eight digits by SMS: used once, in one activation, for at most ten minutes, and guessed in vain.

  Background:
    Given the guide followed on this phone as far as the temporary PIN code

  Scenario: It comes by SMS and has eight digits
    Then a temporary PIN code comes by SMS [H.1]
    When I enter the temporary PIN code received last
    Then the temporary PIN code is accepted [S5.A.2]

  Scenario: A wrong one is refused
    When I receive a temporary PIN code by SMS
    And I enter a wrong temporary PIN code
    Then the temporary PIN code is refused [S5.A.2]
    When I enter the temporary PIN code received last
    Then the temporary PIN code is accepted [S5.A.2]

  Scenario: A part of it is refused
    When I receive a temporary PIN code by SMS
    And I enter 6 digits of the temporary PIN code
    Then the temporary PIN code is refused [S5.A.2]

  Scenario: It is used once
    When I receive a temporary PIN code by SMS
    And I enter the temporary PIN code received last
    Then the temporary PIN code is accepted [S5.A.2]
    When I begin again on this phone and receive a new temporary PIN code
    And I enter the temporary PIN code received before
    Then the temporary PIN code is refused [SP800-63B-3.1.3]

  Scenario: It expires
    When I receive a temporary PIN code by SMS
    And the lifetime of the temporary PIN code goes by
    And I enter the temporary PIN code received last
    Then the temporary PIN code is refused [SP800-63B-3.1.3]

  Scenario: The third wrong one ends the activation
    When I receive a temporary PIN code by SMS
    And I enter wrong temporary PIN codes 3 times
    Then "Too many wrong temporary PIN codes" is shown [CIR2015-1502-2.3.1]
    And "Too many wrong temporary PIN codes" is shown [H.2]

  Scenario: A new one does not clear the count of wrong ones
    When I receive a temporary PIN code by SMS
    And I enter wrong temporary PIN codes 2 times
    And I ask for a new temporary PIN code and receive it
    And I enter a wrong temporary PIN code
    Then "Too many wrong temporary PIN codes" is shown [SP800-63B-3.1.3]

  Scenario: A new one takes the place of the old one
    When I receive a temporary PIN code by SMS
    And I ask for a new temporary PIN code and receive it
    And I enter the temporary PIN code received before
    Then the temporary PIN code is refused [SP800-63B-3.1.3]
    When I enter the temporary PIN code received last
    Then the temporary PIN code is accepted [S5.A.2]

  @two-phones
  Scenario: One of another activation is refused
    When I receive a temporary PIN code by SMS
    And an activation on the other phone receives its own temporary PIN code
    And I enter the temporary PIN code received last
    Then the temporary PIN code is refused [CIR2015-1502-2.3.1]
